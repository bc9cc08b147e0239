//! What routes declare of their input, and whether a request has it: schemas for the parts of its head, and for its body.
//!
//! Knows no connection and no batch: it is given bytes, and gives what became of them, or the [`Refusal`] to answer with.

mod body;
mod fields;
mod head;
mod refusal;
mod rules;

#[cfg(test)]
mod tests;

pub use body::{BodyCheck, BodyKind};
pub use head::{InputHead, InputText};
pub use refusal::{Fault, Refusal};
pub use rules::{BodyRules, InputRules, PartRules};
