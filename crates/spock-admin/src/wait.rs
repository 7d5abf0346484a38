//! Waiting for a condition on a server: poll, report, give up at the limit.

use std::time::{Duration, Instant};

/// How long between two looks at the state.
pub const POLL: Duration = Duration::from_millis(200);

/// A point in time after which a wait has run out.
#[derive(Debug, Clone, Copy)]
pub struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// The limit counts from now.
    pub fn after(limit: Duration) -> Self {
        // A limit beyond what the clock can express means about a century, which is long enough.
        let now = Instant::now();
        let at = now.checked_add(limit).unwrap_or(now + Duration::from_secs(3_000_000_000));
        Deadline { at, limit }
    }

    /// Whether it has passed.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.at
    }

    /// What is left.
    pub fn remaining(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    /// The limit it was made with.
    pub fn limit(&self) -> Duration {
        self.limit
    }

    /// Sleeps for one poll interval, or for what is left if that is less.
    pub async fn pause(&self) {
        tokio::time::sleep(POLL.min(self.remaining())).await;
    }
}

/// A duration in the short form that the options of the programs take (`1h30m`, `45s`, `200ms`).
pub fn duration_text(duration: Duration) -> String {
    let ms = duration.as_millis();
    if ms < 1000 {
        return format!("{ms}ms");
    }
    let seconds = duration.as_secs();
    let (d, h, m, s) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let mut out = String::new();
    for (value, unit) in [(d, "d"), (h, "h"), (m, "m"), (s, "s")] {
        if value > 0 {
            out.push_str(&format!("{value}{unit}"));
        }
    }
    out
}

/// Reads a duration: `90s`, `5m`, `1h30m`, `200ms`, or a bare number of seconds.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let invalid = || format!("invalid duration \"{text}\" (examples: 90s, 5m, 1h30m, 7d)");
    let span: jiff::Span = text.parse().map_err(|_| invalid())?;
    let day = jiff::SpanRelativeTo::days_are_24_hours();
    let span = span.to_duration(day).map_err(|_| invalid())?;
    Duration::try_from(span).map_err(|_| format!("duration \"{text}\" must not be negative"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_and_write() {
        for (text, seconds) in
            [("90s", 90), ("5m", 300), ("1h30m", 5400), ("10", 10), ("1m 5s", 65), ("2d", 172_800)]
        {
            assert_eq!(parse_duration(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        assert_eq!(parse_duration("200ms"), Ok(Duration::from_millis(200)));
        assert!(parse_duration("soon").is_err());
        assert!(parse_duration("-5s").is_err());
        assert_eq!(duration_text(Duration::from_secs(5400)), "1h30m");
        assert_eq!(duration_text(Duration::from_millis(40)), "40ms");
        assert_eq!(duration_text(Duration::from_secs(90_061)), "1d1h1m1s");
    }

    #[test]
    fn deadline_survives_absurd_limits() {
        assert!(!Deadline::after(Duration::MAX).is_over());
        assert!(Deadline::after(Duration::ZERO).is_over());
    }
}
