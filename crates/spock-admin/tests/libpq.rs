//! Connection strings mean to us what they mean to psql: both connect to a server that only writes down who comes, to
//! which database, by which of its addresses, and with which password.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use spock_admin::client::{Client, ConnectOptions};
use spock_admin::conninfo::Conninfo;
use spock_admin::conninfo::resolve::Env;
use spock_admin::local::Installation;

/// What a client showed of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Visit {
    /// Which of the server's addresses.
    door: String,
    /// User, database, and options.
    parameters: BTreeMap<String, Vec<u8>>,
    password: Option<Vec<u8>>,
}

/// What the server tells as it happens.
enum Note {
    Begins(String, BTreeMap<String, Vec<u8>>),
    Password(Vec<u8>),
}

/// Two ports and a socket, behind which somebody asks for a password and refuses it.
struct Server {
    notes: Receiver<Note>,
    ports: [u16; 2],
    sockets: PathBuf,
}

impl Server {
    fn start(dir: &Path) -> Server {
        let (sender, notes) = channel();
        let ports = ["tcp 1", "tcp 2"].map(|door| {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            let port = listener.local_addr().expect("an address").port();
            let sender = sender.clone();
            std::thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
                    let _ = receive(stream, door, &sender);
                }
            });
            port
        });
        let socket = UnixListener::bind(dir.join(format!(".s.PGSQL.{}", ports[0])));
        let socket = socket.expect("a socket");
        std::thread::spawn(move || {
            for stream in socket.incoming().flatten() {
                let _ = receive(stream, "socket", &sender);
            }
        });
        Server { notes, ports, sockets: dir.to_owned() }
    }

    /// The visit of a client that has ended.
    fn visit(&self) -> Option<Visit> {
        let mut visit: Option<Visit> = None;
        while let Ok(note) = self.notes.try_recv() {
            match (note, &mut visit) {
                (Note::Begins(door, parameters), None) => {
                    visit = Some(Visit { door, parameters, password: None });
                }
                (Note::Password(password), Some(visit)) => {
                    visit.password.get_or_insert(password);
                }
                _ => {}
            }
        }
        visit
    }
}

/// The server's side of a login, up to the refusal.
fn receive(mut stream: impl Read + Write, door: &str, notes: &Sender<Note>) -> std::io::Result<()> {
    let mut body;
    loop {
        let mut head = [0; 8];
        stream.read_exact(&mut head)?;
        let number =
            |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        body = vec![0; (number(0) as usize).saturating_sub(8)];
        stream.read_exact(&mut body)?;
        match number(4) {
            // TLS, encryption by Kerberos: not here.
            80_877_103 | 80_877_104 => stream.write_all(b"N")?,
            _ => break,
        }
    }
    let words: Vec<Vec<u8>> = body.split(|byte| *byte == 0).map(<[u8]>::to_vec).collect();
    let parameters =
        words.chunks_exact(2).take_while(|pair| !pair[0].is_empty()).filter_map(|pair| {
            let key = String::from_utf8(pair[0].clone()).ok()?;
            matches!(key.as_str(), "user" | "database" | "options").then(|| (key, pair[1].clone()))
        });
    let _ = notes.send(Note::Begins(door.to_owned(), parameters.collect()));
    stream.write_all(b"R\0\0\0\x08\0\0\0\x03")?;
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
    let mut password = vec![0; length.saturating_sub(4)];
    stream.read_exact(&mut password)?;
    password.pop();
    let _ = notes.send(Note::Password(password));
    let refusal = b"SFATAL\0VFATAL\0C28P01\0Mno\0\0";
    stream.write_all(b"E")?;
    let length = u32::try_from(refusal.len() + 4).unwrap_or(u32::MAX);
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(refusal)
}

/// The environment of one case.
struct Variables(HashMap<String, String>);

impl Env for Variables {
    fn var(&self, name: &str) -> Option<String> {
        self.0.get(name).filter(|value| !value.is_empty()).cloned()
    }
}

/// One way to write down a connection.
#[derive(Debug, Clone)]
struct Case {
    parameters: Vec<(usize, String)>,
    form: Form,
    /// Lines of the password file: which fields are wild, and the password.
    passfile: Vec<([u8; 4], String)>,
    /// Decides on quotes, blanks, encodings, and where a parameter stands.
    seed: u64,
    /// Where the text is damaged, and how.
    damage: Option<(u16, char, u8)>,
    host: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Keywords,
    Uri,
    Service,
    Variables,
}

const KEYS: [(&str, &str); 4] = [
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("dbname", "PGDATABASE"),
    ("options", "PGOPTIONS"),
];

const CHARACTERS: &str = "ab1 '\\\"%@:/?&=#+,[]*-\té漢";

/// Small numbers out of a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn is(&mut self) -> bool {
        self.below(2) == 0
    }
}

fn case() -> impl Strategy<Value = Case> {
    let characters: Vec<char> = CHARACTERS.chars().collect();
    let value = prop::collection::vec(prop::sample::select(characters.clone()), 0..9)
        .prop_map(|chars| chars.into_iter().collect::<String>());
    let parameters = prop::collection::vec((0..KEYS.len(), value.clone()), 0..6);
    let form =
        prop::sample::select(vec![Form::Keywords, Form::Uri, Form::Service, Form::Variables]);
    let line = (prop::array::uniform4(0..3_u8), value);
    let passfile = prop::collection::vec(line, 0..3);
    let damage =
        prop::option::weighted(0.3, (any::<u16>(), prop::sample::select(characters), 0..3_u8));
    (parameters, form, passfile, any::<u64>(), damage, 0..6_u8).prop_map(
        |(parameters, form, passfile, seed, damage, host)| Case {
            parameters,
            form,
            passfile,
            seed,
            damage,
            host,
        },
    )
}

/// A value in a string of keywords: as it is where it can be, quoted, or with backslashes.
fn quoted(value: &str, chance: &mut Chance) -> String {
    let escape = |also_blanks: bool| -> String {
        let is_special = |c: char| matches!(c, '\'' | '\\') || also_blanks && c.is_whitespace();
        value.chars().flat_map(|c| is_special(c).then_some('\\').into_iter().chain([c])).collect()
    };
    if !value.is_empty() && chance.is() { escape(true) } else { format!("'{}'", escape(false)) }
}

/// A value in a URI; what need not be encoded is sometimes, and what must be sometimes not.
fn encoded(value: &str, chance: &mut Chance) -> String {
    let mut out = String::new();
    for c in value.chars() {
        let is_plain = c.is_ascii_alphanumeric() || c == '-';
        if chance.below(12) == if is_plain { 0 } else { 11 } || !is_plain && chance.below(12) != 0 {
            let mut buffer = [0; 4];
            for byte in c.encode_utf8(&mut buffer).bytes() {
                out.push_str(&if chance.is() {
                    format!("%{byte:02x}")
                } else {
                    format!("%{byte:02X}")
                });
            }
        } else {
            out.push(c);
        }
    }
    out
}

impl Case {
    /// The hosts, and what else has to stand beside them.
    fn place(&self, server: &Server) -> Vec<(&'static str, String)> {
        let [one, two] = server.ports;
        let sockets = server.sockets.display();
        match self.host {
            0 => vec![("hostaddr", "127.0.0.1".into()), ("port", one.to_string())],
            1 => vec![("host", sockets.to_string()), ("port", one.to_string())],
            2 => {
                vec![("host", format!("{sockets}/no,127.0.0.1")), ("port", format!("{one},{two}"))]
            }
            3 => vec![("host", "127.0.0.1,127.0.0.1".into()), ("port", format!("1,{two}"))],
            4 => vec![
                ("host", "a.invalid,b.invalid".into()),
                ("hostaddr", "127.0.0.1,127.0.0.1".into()),
                ("port", one.to_string()),
            ],
            _ => vec![("host", "127.0.0.1".into()), ("port", format!(" {two} "))],
        }
    }

    /// The text, and the environment in which it is read; files are written to `home`.
    fn write(&self, server: &Server, home: &Path) -> (String, HashMap<String, String>) {
        let mut chance = Chance(self.seed);
        let place = self.place(server);
        let given = self.parameters.iter().map(|(key, value)| (KEYS[*key], value));
        let mut variables = HashMap::from([("HOME".to_owned(), home.display().to_string())]);
        variables.insert("PGCONNECT_TIMEOUT".to_owned(), "3".to_owned());
        // A damaged place must not lead anywhere else.
        variables.insert("PGPORT".to_owned(), server.ports[0].to_string());
        let mut pairs: Vec<(&str, String)> = Vec::new();
        let mut lines =
            format!("# services\n[other]\nuser=other\n\n[s]\nport={}\n", server.ports[1]);
        for ((key, variable), value) in given {
            match self.form {
                Form::Variables if chance.is() => {
                    variables.insert(variable.to_owned(), value.clone());
                }
                Form::Service if chance.is() => lines.push_str(&format!("{key}={value}\n")),
                _ => pairs.push((key, value.clone())),
            }
        }
        lines.push_str("[t]\nuser=other\n");
        if self.form == Form::Service {
            fs::write(home.join(".pg_service.conf"), lines).expect("written");
            if chance.is() {
                pairs.push(("service", "s".to_owned()));
            } else {
                variables.insert("PGSERVICE".to_owned(), "s".to_owned());
            }
        }
        let mut text = match self.form {
            Form::Uri => self.uri(&pairs, &place, &mut chance),
            _ => {
                let all = pairs.iter().chain(if self.damage.is_some() { &[][..] } else { &place });
                let mut text = String::new();
                for (key, value) in all {
                    let blank = if chance.is() { " " } else { "" };
                    text.push_str(&format!("{key}{blank}={blank}{} ", quoted(value, &mut chance)));
                }
                text
            }
        };
        if let Some((at, character, how)) = self.damage {
            let mut characters: Vec<char> = text.chars().collect();
            let at = usize::from(at) % (characters.len() + 1);
            match how {
                0 if at < characters.len() => drop(characters.remove(at)),
                1 if at < characters.len() => characters[at] = character,
                _ => characters.insert(at, character),
            }
            text = characters.into_iter().collect();
            // Nobody is asked who a damaged host is.
            if self.form != Form::Uri {
                text = format!("hostaddr=127.0.0.1 port={} {text}", server.ports[0]);
            }
        }
        self.write_passfile(server, home);
        (text, variables)
    }

    fn uri(
        &self,
        pairs: &[(&str, String)],
        place: &[(&str, String)],
        chance: &mut Chance,
    ) -> String {
        let first =
            |key: &str| pairs.iter().find(|(k, _)| *k == key).map(|(_, value)| value.as_str());
        let mut text = if chance.is() { "postgresql://" } else { "postgres://" }.to_owned();
        let mut rest: Vec<(&str, &str)> = Vec::new();
        if let Some(user) = first("user") {
            text.push_str(&encoded(user, chance));
            if let Some(password) = first("password") {
                text.push_str(&format!(":{}", encoded(password, chance)));
            }
            text.push('@');
        }
        let get = |key: &str| place.iter().find(|(k, _)| *k == key).map(|(_, value)| value.clone());
        let ports: Vec<String> =
            get("port").unwrap_or_default().split(',').map(str::to_owned).collect();
        let hosts = get("host").filter(|_| chance.is());
        match &hosts {
            Some(hosts) => {
                let hosts: Vec<String> = hosts
                    .split(',')
                    .enumerate()
                    .map(|(at, host)| {
                        let port = ports.get(at).or(ports.first()).cloned().unwrap_or_default();
                        format!("{}:{}", host.replace('/', "%2F"), port.trim())
                    })
                    .collect();
                text.push_str(&hosts.join(","));
            }
            None => rest.extend(place.iter().map(|(key, value)| (*key, value.as_str()))),
        }
        if let Some(database) = first("dbname") {
            text.push_str(&format!("/{}", encoded(database, chance)));
        }
        if self.damage.is_some() || hosts.is_some() && get("hostaddr").is_some() {
            let count = if self.damage.is_some() { 1 } else { ports.len().max(2) };
            rest.retain(|(key, _)| *key != "hostaddr");
            rest.push(("hostaddr", if count == 1 { "127.0.0.1" } else { "127.0.0.1,127.0.0.1" }));
        }
        rest.extend(
            pairs.iter().filter(|(key, _)| *key == "options").map(|(k, v)| (*k, v.as_str())),
        );
        for (at, (key, value)) in rest.into_iter().enumerate() {
            let sign = if at == 0 { '?' } else { '&' };
            text.push_str(&format!("{sign}{key}={}", encoded(value, chance)));
        }
        text
    }

    fn write_passfile(&self, server: &Server, home: &Path) {
        let last = |key: &str| {
            let mut values = self.parameters.iter().filter(|(at, _)| KEYS[*at].0 == key);
            values.next_back().map_or("nobody", |(_, value)| value)
        };
        let escape = |text: &str| text.replace('\\', "\\\\").replace(':', "\\:");
        let place = self.place(server);
        let place = |key: &str| {
            let value = place.iter().find(|(k, _)| *k == key).map_or("", |(_, value)| value);
            value.rsplit(',').next().unwrap_or_default().trim().to_owned()
        };
        let mut text = "# passwords\n\nshort:1\n".to_owned();
        for (wild, password) in &self.passfile {
            let fields = [&place("host"), &place("port"), last("dbname"), last("user")];
            for (field, wild) in fields.into_iter().zip(wild) {
                match wild {
                    0 => text.push('*'),
                    1 => text.push_str(&escape(field)),
                    _ => text.push_str(field),
                }
                text.push(':');
            }
            // Some as they are, whatever that means.
            text.push_str(&if wild[0] == 2 { password.clone() } else { escape(password) });
            text.push('\n');
        }
        let path = home.join(".pgpass");
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("chmod");
    }
}

/// The bytes of a URI behind its percent signs; another string as it is.
fn decoded(text: &str) -> Vec<u8> {
    if !text.contains("://") {
        return text.as_bytes().to_vec();
    }
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        bytes.extend(code);
        bytes.extend_from_slice(&part.as_bytes()[if code.is_some() { 2 } else { 0 }..]);
    }
    bytes
}

#[test]
fn connection_strings_mean_what_they_mean_to_psql() {
    let dir = tempfile::tempdir().expect("a directory");
    let server = Server::start(dir.path());
    let psql = Installation::find().expect("a server is installed").bin.join("psql");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let home = dir.path().join("home");
    fs::create_dir(&home).expect("a directory");
    let (visits, refusals, passwords) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let config = Config { cases: 400, failure_persistence: None, ..Config::default() };
    let result = TestRunner::new(config).run(&case(), |case| {
        let (text, variables) = case.write(&server, &home);
        let mut command = Command::new(&psql);
        command.env_clear().envs(&variables).stdin(Stdio::null());
        command.args(["-XAtqw", "-c", "", &format!("--dbname={text}")]);
        let theirs_said = command.output().expect("psql runs");
        let theirs = server.visit();
        let env = Variables(variables.clone());
        let ours_said = Conninfo::parse(&text).and_then(|info| {
            let options = ConnectOptions::default();
            runtime.block_on(Client::connect_to("n", &info, &options, &env)).map(drop)
        });
        let ours = server.visit();
        let is_text = |visit: &Visit| {
            visit
                .parameters
                .values()
                .chain(&visit.password)
                .all(|value| std::str::from_utf8(value).is_ok())
        };
        match &theirs {
            Some(visit) => {
                visits.update(|n| n + 1);
                passwords.update(|n| n + usize::from(visit.password.is_some()));
            }
            None => refusals.update(|n| n + 1),
        }
        // We take only what is UTF-8, also where libpq does not use it: a host beside a hostaddr.
        let is_utf8 = String::from_utf8(decoded(&text)).is_ok();
        // And no host that looks like a socket without a file.
        let is_abstract =
            matches!(&ours_said, Err(e) if e.hints == ["abstract sockets are not supported"]);
        let expected = theirs.filter(is_text).filter(|_| is_utf8 && !is_abstract);
        prop_assert_eq!(
            &ours,
            &expected,
            "{:?} in {:?}\npsql: {}\nwe: {:?}",
            text,
            variables,
            String::from_utf8_lossy(&theirs_said.stderr),
            ours_said
        );
        Ok(())
    });
    if let Err(e) = result {
        panic!("{e}");
    }
    let (visits, refusals, passwords) = (visits.get(), refusals.get(), passwords.get());
    assert!(visits > 200 && refusals > 20 && passwords > 70, "{visits} {refusals} {passwords}");
}
