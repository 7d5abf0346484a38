//! Properties of connection strings: what is written is read back, and no secret gets out.

use proptest::prelude::*;
use spock_core::conninfo::{Conninfo, mask, quote, redact};

const CANARY: &str = "cAnArY";

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9./]{0,8}",
        // What quoting, URIs, statements and JSON give a meaning to.
        "[a' \\\\\"=@:/?&%,;\t\n#]{0,8}",
        "\\PC{0,8}".prop_map(|text| text.replace('\0', "")),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![Just("host".into()), Just("user".into()), Just("dbname".into()), "[a-z_]{1,10}"]
}

fn conninfo() -> impl Strategy<Value = Conninfo> {
    prop::collection::vec((key(), value()), 0..6).prop_map(|pairs| {
        let mut conninfo = Conninfo::default();
        for (key, value) in pairs {
            conninfo.set(key, value);
        }
        conninfo
    })
}

/// A password with the canary somewhere in it.
fn password() -> impl Strategy<Value = String> {
    (value(), value()).prop_map(|(before, after)| format!("{before}{CANARY}{after}"))
}

fn percent(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
        other => format!("%{other:02x}"),
    };
    text.bytes().map(encode).collect()
}

#[track_caller]
fn hidden(shown: &str) {
    assert!(!shown.contains(CANARY), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn what_is_written_is_read_back(conninfo in conninfo()) {
        prop_assert_eq!(Conninfo::parse(&conninfo.reveal()).expect("own output"), conninfo);
    }

    #[test]
    fn a_quoted_value_is_one_value(value in value(), next in value()) {
        let text = format!("a={} b={}", quote(&value), quote(&next));
        let conninfo = Conninfo::parse(&text).expect("own output");
        prop_assert_eq!(conninfo.get("a"), Some(value.as_str()));
        prop_assert_eq!(conninfo.get("b"), Some(next.as_str()));
    }

    #[test]
    fn a_uri_means_the_same(conninfo in conninfo()) {
        let pairs: Vec<_> =
            conninfo.iter().map(|(key, value)| format!("{key}={}", percent(value))).collect();
        let uri = format!("postgresql:///?{}", pairs.join("&"));
        let parsed = Conninfo::parse(&uri).expect("a URI");
        prop_assert_eq!(parsed, conninfo);
    }

    #[test]
    fn any_text_is_an_answer(text in "\\PC{0,60}") {
        let _ = Conninfo::parse(&text);
        let _ = Conninfo::parse(&format!("postgres://{text}"));
        let _ = redact(&text);
    }

    #[test]
    fn formatting_hides_secrets(
        mut conninfo in conninfo(),
        secret in password(),
        key in prop_oneof![Just("password"), Just("sslpassword")],
    ) {
        conninfo.set(key, secret);
        hidden(&format!("{conninfo} {conninfo:?} {:?}", Some(&conninfo)));
        hidden(&conninfo.without_secrets().reveal());
        hidden(&redact(&conninfo.reveal()));
        prop_assert!(conninfo.has_secret() && !conninfo.without_secrets().has_secret());
    }

    #[test]
    fn errors_do_not_show_the_text(secret in password(), cut in 0..40usize) {
        let text = format!("password={} host", quote(&secret));
        let text: String = text.chars().take(cut).collect();
        if let Err(error) = Conninfo::parse(&text) {
            hidden(&format!("{error} {error:?}"));
        }
    }

    #[test]
    fn mask_finds_the_password_wherever_a_connection_string_stands(
        host in "[a-z0-9./ ,:]{0,8}",
        secret in password(),
    ) {
        let mut conninfo = Conninfo::default();
        conninfo.set("host", host);
        conninfo.set("password", secret.as_str());
        let dsn = conninfo.reveal();
        let literal = format!("select f('{}', 1)", dsn.replace('\'', "''"));
        for text in [
            dsn.clone(),
            format!("connection to {dsn} failed"),
            format!("connection to \"{dsn}\" failed"),
            format!("statement: {literal}"),
            format!("ALTER ROLE a PASSWORD '{}' LOGIN", secret.replace('\'', "''")),
            format!("postgresql://u:{}@h/d failed", percent(&secret)),
            format!("postgresql://h/d?x=y&password={} failed", percent(&secret)),
        ] {
            hidden(&mask(&text));
            let once = mask(&text).into_owned();
            prop_assert!(!mask(&once).contains(CANARY));
        }
    }
}

#[test]
fn both_forms_of_the_manual_are_understood() {
    let pairs = |text: &str| -> Vec<(String, String)> {
        let conninfo = Conninfo::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        conninfo.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    };
    let own = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    };
    for (text, expected) in [
        ("", &[][..]),
        ("host = a  port=1 host=b", &[("host", "b"), ("port", "1")]),
        (r"password = 'it\'s a \\' user=''", &[("password", r"it's a \"), ("user", "")]),
        (r"a=b\ c\'d", &[("a", "b c'd")]),
        ("postgresql://", &[]),
        ("postgres://h", &[("host", "h")]),
        ("postgresql://u@h:1/d", &[("user", "u"), ("host", "h"), ("port", "1"), ("dbname", "d")]),
        ("postgresql://u:p%40@h", &[("user", "u"), ("password", "p@"), ("host", "h")]),
        ("postgresql://h1:1,h2:2/", &[("host", "h1,h2"), ("port", "1,2")]),
        (
            "postgresql://[2001:db8::1]:5/d",
            &[("host", "2001:db8::1"), ("port", "5"), ("dbname", "d")],
        ),
        ("postgresql://%2Ftmp/d", &[("host", "/tmp"), ("dbname", "d")]),
        (
            "postgresql:///d?host=h&ssl=true",
            &[("dbname", "d"), ("host", "h"), ("sslmode", "require")],
        ),
    ] {
        assert_eq!(pairs(text), own(expected), "{text}");
    }
}

#[test]
fn nonsense_is_refused_with_its_place() {
    for (text, message) in [
        ("host", "missing \"=\" after a key at byte 4"),
        ("host localhost", "missing \"=\" after a key at byte 5"),
        ("=x", "not a key at byte 0"),
        ("a='b", "unterminated quoted value at byte 2"),
        ("postgresql://[::1", "invalid address in brackets at byte 13"),
        ("postgresql://[::1]x", "unexpected character at byte 18"),
        ("postgresql://h?a", "missing \"=\" after a key at byte 16"),
        ("postgresql://h?a=b=c", "unexpected character at byte 18"),
        ("postgresql://h%2", "invalid percent-encoding at byte 14"),
        ("postgresql://h%00", "NUL byte at byte 14"),
        ("postgresql://u%ff@h", "percent-encoded text is not UTF-8 at byte 13"),
    ] {
        let error = Conninfo::parse(text).expect_err(text);
        assert_eq!(error.to_string(), format!("invalid connection string: {message}"), "{text}");
    }
}
