//! A directory that is served, as far as requests are answered from memory: from raw bytes to a file that is kept.

use std::sync::Arc;

use super::{
    Coding, CodingSet, FileIdentity, HotFile, HotKey, HotSet, PathPolicy, PlanOptions, accepted_codings, resolve_path,
};

/// A directory and how it is served.
#[derive(Clone, Debug)]
pub struct FileMount {
    /// Its number, which no other directory of the same set has.
    pub id: u32,
    /// How paths are judged.
    pub policy: PathPolicy,
    /// The codings to look for beside a file, the best first.
    pub codings: Vec<Coding>,
    /// How files are answered.
    pub options: Arc<PlanOptions>,
}

impl FileMount {
    /// The codings that an `Accept-Encoding` allows of those the directory has, the best first.
    pub fn accepted(&self, accept_encoding: Option<&[u8]>) -> impl Iterator<Item = Coding> {
        let accepted = accepted_codings(accept_encoding);
        self.codings.iter().copied().filter(move |coding| accepted.contains(*coding))
    }

    /// The file that answers a GET or HEAD, if it is in memory and unchanged: send its `fields` and `bytes` when there
    /// is no conditional field and no `Range`, and its `plan` otherwise. `raw` is what follows the mount and its `/`, which
    /// must have been there: without it the empty path is a redirect. For `turn` and `stat` see [`HotSet::lookup`].
    ///
    /// Gives `None` for paths that are refused, too: the refusal is the handler's.
    pub fn find_hot<'hot>(
        &self,
        hot: &'hot mut HotSet,
        raw: &[u8],
        accept_encoding: Option<&[u8]>,
        turn: u64,
        stat: impl FnMut(&str) -> Option<FileIdentity>,
    ) -> Option<&'hot HotFile> {
        let path = resolve_path(raw, self.policy).ok()?;
        let codings = self.accepted(accept_encoding).fold(CodingSet::EMPTY, CodingSet::with);
        hot.lookup(HotKey { mount: self.id, codings, path: &path }, turn, stat)
    }
}
