//! Who runs this program, for what others are told of it.

/// `user@machine`.
pub fn name() -> String {
    let user = nix::unistd::User::from_uid(nix::unistd::getuid()).ok().flatten();
    let user = user.map_or_else(|| "somebody".to_owned(), |user| user.name);
    match nix::unistd::gethostname().ok().and_then(|host| host.into_string().ok()) {
        Some(host) => format!("{user}@{host}"),
        None => user,
    }
}
