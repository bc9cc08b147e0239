//! Bodies by reference: typed arrays that are read where they lie, while the kernel takes them.

use super::node_api::{Env, Failed, Reference, Value, View};

/// The typed arrays that answers under way refer to.
#[derive(Debug, Default)]
pub struct Bodies {
    kept: Vec<Option<Kept>>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Kept {
    reference: Reference,
    bytes: usize,
}

impl Bodies {
    /// Keeps a typed array; returns its number and its bytes.
    pub fn keep(&mut self, env: Env, array: Value) -> Result<(u32, usize), Failed> {
        let bytes = env.view(array)?.bytes;
        let kept = Some(Kept { reference: env.reference(array)?, bytes });
        if let Some(id) = self.free.pop()
            && let Some(place) = self.kept.get_mut(id as usize)
        {
            *place = kept;
            return Ok((id, bytes));
        }
        let id = u32::try_from(self.kept.len()).map_err(|_| Failed)?;
        self.kept.push(kept);
        Ok((id, bytes))
    }

    /// The memory of a kept array now; `None` if it was detached or resized, so that its answer cannot be completed.
    pub fn view(&self, env: Env, id: u32) -> Option<View> {
        let kept = self.kept.get(id as usize)?.as_ref()?;
        let view = env.value(&kept.reference).and_then(|array| env.view(array)).ok()?;
        (view.bytes == kept.bytes).then_some(view)
    }

    /// Lets an array go.
    pub fn release(&mut self, env: Env, id: u32) {
        if let Some(kept) = self.kept.get_mut(id as usize).and_then(Option::take) {
            env.delete(kept.reference);
            self.free.push(id);
        }
    }
}
