//! Defects that can be put into the rules, to show that the model test finds each of them.
//!
//! Outside of builds with the feature `mutants` no defect exists, and asking for one costs nothing.

macro_rules! defects {
    ($($variant:ident $name:literal $text:literal)*) => {
        /// A defect. Its name begins with the rule that it breaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Defect {
            $(#[doc = $text] $variant,)*
        }

        impl Defect {
            /// All defects.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name by which it is chosen.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it does.
            #[must_use]
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }
    };
}

defects! {
    V1ProgressApart "v1_progress_apart" "A crash brings back older progress than the rows."
    V2NodeForgotten "v2_node_forgotten" "Rows that were applied count as this node's own."
    V3Merged "v3_merged" "Two remote transactions become one local commit."
    V4ClockRunsBack "v4_clock_runs_back" "Commit times are taken from a clock that steps back."
    V5FutureApplied "v5_future_applied" "Changes from the future are applied at once."
    V6RepeatApplied "v6_repeat_applied" "An older change of the same node is applied over a newer one."
    C2WaitsInTransaction "c2_waits_in_transaction" "A change that misses its cause waits with its row locks held."
    C3AnswerIsProof "c3_answer_is_proof" "A stream counts as past a time before the answer's position is reached."
    C3CommittersNotAwaited "c3_committers_not_awaited" "The provider answers while older commits are still being logged."
    C3MarkNotRaised "c3_mark_not_raised" "The time of an answer does not bind later commits."
    C4WaitForLaterHeads "c4_wait_for_later_heads" "A waiter waits for streams whose head is later."
    C4EqualHeadsWait "c4_equal_heads_wait" "Two waiters of one time wait for each other."
    C5DroppedAtEnd "c5_dropped_at_end" "When the wait ends without proof the change is dropped."
    C5DeleteLeavesNothing "c5_delete_leaves_nothing" "A delete that found no row leaves no version."
    C6OneLook "c6_one_look" "A row under update is missed, and nobody looks twice."
    D1NoDeadVersions "d1_no_dead_versions" "Deletes leave no version."
    D1InsertIgnoresDeletes "d1_insert_ignores_deletes" "An insert does not look for newer deletes."
    D1PurgedWhenPassed "d1_purged_when_passed" "Versions of deletes go although a node that has not seen the delete may still write the row."
    D2DeletedStaysDeleted "d2_deleted_stays_deleted" "A newer update does not bring a deleted row back."
    D3KeyUpdateAsOne "d3_key_update_as_one" "A key update is decided by the old key alone."
    D4SilentRemoval "d4_silent_removal" "The loser of a unique value is removed here only."
    D4ArrivalSilent "d4_arrival_silent" "A loser that never stood here is removed here only."
    D4OlderClaimWins "d4_older_claim_wins" "The older row keeps the unique value."
    D4LeftOutLoses "d4_left_out_loses" "A row that the transaction itself changes gives way to a later change of it."
    D5NoTruncateVersion "d5_no_truncate_version" "A truncate leaves no version with its table."
    D5TruncatesNewerRows "d5_truncates_newer_rows" "A truncate takes newer rows along."
    T1WinnerKeepsLocal "t1_winner_keeps_local" "An update keeps another node's large value."
    T1LoserIgnored "t1_loser_ignored" "A losing change does not make the large value be asked for."
    T1OnlyCarriersCount "t1_only_carriers_count" "A losing change that does not carry the large value does not make it be asked for."
    T1MovedRowTrusted "t1_moved_row_trusted" "A row that moves takes the large value along that stands here."
    X1LoserAddsNothing "x1_loser_adds_nothing" "A delta under a newer row is lost."
    X1LoserTakesVersion "x1_loser_takes_version" "A delta under a newer row gives the row its own version."
    P1ApplyRemote "p1_apply_remote" "The incoming change always wins."
    I1CopyCountsAsOld "i1_copy_counts_as_old" "Copied rows count as older than everything."
    I1MarkNotRaised "i1_mark_not_raised" "A copy does not bind the commit times that come after it."
    I1DeletesNotCopied "i1_deletes_not_copied" "Versions of deletes are not copied."
    I1OldDeletesNotCopied "i1_old_deletes_not_copied" "Versions of deletes older than everything still to come are not copied."
    I2CopyFromBehind "i2_copy_from_behind" "A table is copied from a source that has seen less."
    I2CopiedAppliedAgain "i2_copied_applied_again" "Streams bring again what the copy holds."
}

#[cfg(feature = "mutants")]
mod chosen {
    use std::sync::atomic::{AtomicUsize, Ordering};

    static CHOSEN: AtomicUsize = AtomicUsize::new(usize::MAX);

    /// Puts one defect in, or takes it out.
    pub fn put_in(defect: Option<super::Defect>) {
        CHOSEN.store(defect.map_or(usize::MAX, |defect| defect as usize), Ordering::Relaxed);
    }

    /// Whether this defect is in.
    #[must_use]
    pub fn is_in(defect: super::Defect) -> bool {
        CHOSEN.load(Ordering::Relaxed) == defect as usize
    }
}

#[cfg(feature = "mutants")]
pub use chosen::{is_in, put_in};

/// Whether this defect is in: never in this build.
#[cfg(not(feature = "mutants"))]
#[inline(always)]
#[must_use]
pub const fn is_in(_: Defect) -> bool {
    false
}
