//! Settings that are one of some words, where several words may mean the same (`utils/guc.h`).
//!
//! pgrx's enum settings show each word as itself; here a word may stand for another one, is taken in
//! configuration files and by SET, and is shown as that other one.
//!
//! **Invariant**: only `_PG_init` defines settings.

use std::ffi::CStr;
use std::sync::atomic::{AtomicI32, Ordering};

use pgrx::GucContext;
use pgrx::pg_sys;

/// A setting; its value is the number of a word.
#[derive(Debug)]
pub(crate) struct WordSetting {
    value: AtomicI32,
}

/// A word that may be given.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word {
    pub(crate) name: &'static CStr,
    pub(crate) value: i32,
}

impl WordSetting {
    /// A setting with its default.
    pub(crate) const fn new(default: i32) -> Self {
        Self { value: AtomicI32::new(default) }
    }

    /// The value in this process.
    #[inline]
    pub(crate) fn get(&self) -> i32 {
        self.value.load(Ordering::Relaxed)
    }

    /// Tells the server of it. `shown` are the words by which values are shown, `also` others that are
    /// understood.
    pub(crate) fn define(
        &'static self,
        name: &'static CStr,
        doc: &'static CStr,
        shown: &[Word],
        also: &[Word],
        context: GucContext,
    ) {
        let entry = |word: &Word, hidden| pg_sys::config_enum_entry {
            name: word.name.as_ptr(),
            val: word.value,
            hidden,
        };
        let mut entries: Vec<_> = shown.iter().map(|word| entry(word, false)).collect();
        entries.extend(also.iter().map(|word| entry(word, true)));
        entries.push(pg_sys::config_enum_entry { name: std::ptr::null(), val: 0, hidden: false });
        // The server keeps the pointer for its life.
        let entries: &'static [pg_sys::config_enum_entry] = entries.leak();
        // SAFETY: all strings and the list are 'static, the list ends with a null name, and an
        // AtomicI32 has the layout of an int; sessions have one thread.
        unsafe {
            pg_sys::DefineCustomEnumVariable(
                name.as_ptr(),
                doc.as_ptr(),
                std::ptr::null(),
                self.value.as_ptr(),
                self.get(),
                entries.as_ptr(),
                context as pg_sys::GucContext::Type,
                0,
                None,
                None,
                None,
            );
        }
    }
}
