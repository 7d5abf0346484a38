//! Tables that are copied again, nodes that join, streams that start again.

use spock_core::converge::copy;
use spock_core::converge::defect::{Defect, is_in};
use spock_core::lsn::Lsn;

use super::cluster::Cluster;
use super::node::{MAX_KEYS, Row};

impl Cluster {
    /// Copies the table from another node, which is how a node joins, too.
    pub(crate) fn copy(&mut self, here: usize, source: usize) {
        if here == source || !self.nodes[source].joined || self.nodes[here].cut[source].is_some() {
            return;
        }
        let joins = !self.nodes[here].joined;
        if !joins && !self.shape.copies {
            return;
        }
        let others = self.others(source, here);
        let clock = self.clock(here);
        let from = &self.nodes[source];
        let to = &self.nodes[here];
        let at_source =
            |node: usize| if node == source { from.log.len() } else { from.data.reach(node) };
        if !to.pending.is_empty() || from.mark > clock {
            return;
        }
        let lsn = |count: usize| Lsn(count as u64);
        let ahead = others
            .iter()
            .map(|other| (lsn(at_source(*other)), lsn(to.data.reach(*other))))
            .chain([(lsn(from.data.reach(here)), lsn(to.log.len()))]);
        if !joins && !copy::may_copy(ahead) {
            return;
        }
        let committing = from.pending.iter().map(|pending| pending.transaction.time()).min();
        let resumes = others
            .iter()
            .map(|other| from.passages[*other].passed())
            .chain(committing)
            .chain([from.mark])
            .min()
            .unwrap_or(i64::MIN);
        let mut data = to.data.clone();
        for key in 0..MAX_KEYS {
            data.rows[key] = from.data.rows[key].map(|row| Row {
                version: row.version.and_then(|version| copy::copied_version(version, resumes)),
                ..row
            });
            data.dead[key] = from.data.dead[key].filter(|dead| {
                let counts_as_old = dead.version.version.time < resumes;
                !(is_in(Defect::I1DeletesNotCopied)
                    || (counts_as_old && is_in(Defect::I1OldDeletesNotCopied)))
            });
        }
        data.before = Default::default();
        data.truncated = from.data.truncated;
        for other in 0..self.nodes.len() {
            let count = at_source(other);
            if joins {
                data.progress[other] = count;
            } else if other != here {
                data.copied[other] = data.copied[other].max(count);
            }
        }
        if !is_in(Defect::I1MarkNotRaised) {
            data.promised = data.promised.max(from.mark);
        }
        let node = &mut self.nodes[here];
        node.mark = node.mark.max(data.promised);
        node.data = data;
        node.joined = true;
        node.flush();
        self.counts.copies += 1;
        self.note(|| format!("  copied; older than {resumes} counts as old"));
    }

    /// A stream starts again earlier. What was proved about it holds no longer, so it must not have
    /// been made use of either.
    pub(crate) fn repeat(&mut self, from: usize, to: usize, back: usize) {
        let node = &mut self.nodes[to];
        if node.has_purged || self.shape.deltas {
            return;
        }
        node.data.progress[from] = node.data.progress[from].saturating_sub(back);
        node.passages[from] = Default::default();
        node.heads[from] = None;
        node.flush();
    }
}
