//! Changes texts as a schema says, before they are checked: what is sanitised, coerced, stripped and filled in. A text is
//! copied at its first change, and nothing is copied where nothing changes.
//! [In which order, and why so](../../../../docs/design/validation.md).

mod change;

pub use change::{Change, ChangeKind};
