//! The arena of a turn.

use std::cell::Cell;
use std::fmt;

use super::super::arena::{ArenaFull, KEPT_BYTES, MAX_BYTES, TurnArena};

#[test]
fn copies_and_texts_stay_apart_for_the_turn() {
    let mut arena = TurnArena::default();
    for turn in 0..3_u32 {
        let kept: Vec<_> = (0..500_u32)
            .map(|n| {
                let bytes = n.to_string().repeat(n as usize % 20).into_bytes();
                (bytes.clone(), arena.copy(&bytes).unwrap(), arena.copy(&[n, turn]).unwrap(), {
                    arena.text(format_args!("Allow: {n}, {}\r\n", "é".repeat(n as usize % 5))).unwrap()
                })
            })
            .collect();
        for (n, (bytes, copy, numbers, text)) in (0..).zip(&kept) {
            assert_eq!((bytes.as_slice(), [n, turn].as_slice()), (*copy, *numbers));
            assert_eq!(*text, format!("Allow: {n}, {}\r\n", "é".repeat(n as usize % 5)));
        }
        arena.reset();
    }
    assert_eq!(arena.text(format_args!("fixed")), Ok("fixed"));
    assert_eq!((arena.copy::<u8>(&[]), arena.text(format_args!("{}", ""))), (Ok([].as_slice()), Ok("")));
}

#[test]
fn one_chunk_stays_and_large_ones_go() {
    let mut arena = TurnArena::default();
    assert_eq!(arena.allocated_bytes(), 0, "nothing before it is used");
    for _ in 0..100 {
        arena.copy(&[1_u8; 300]).unwrap();
    }
    arena.reset();
    let kept = arena.allocated_bytes();
    assert!(kept > 0 && kept <= KEPT_BYTES);
    for _ in 0..100 {
        for _ in 0..10 {
            arena.copy(&[1_u8; 300]).unwrap();
        }
        arena.reset();
        assert_eq!(arena.allocated_bytes(), kept, "a turn like the last allocates nothing");
    }
    arena.copy(&vec![1_u8; MAX_BYTES / 4]).unwrap();
    arena.reset();
    assert!(arena.allocated_bytes() <= KEPT_BYTES, "one large turn does not pin its memory");
}

#[test]
fn a_turn_has_its_limit_and_the_next_begins_anew() {
    let mut arena = TurnArena::default();
    for _ in 0..2 {
        let mut copies = 0;
        while arena.copy(&[7_u8; 1000]).is_ok() {
            copies += 1;
            assert!(arena.allocated_bytes() <= MAX_BYTES);
        }
        assert!(copies >= 500, "{copies}");
        assert_eq!(arena.copy(&vec![0_u8; MAX_BYTES]), Err(ArenaFull));
        assert_eq!(arena.text(format_args!("{}", "x".repeat(MAX_BYTES))), Err(ArenaFull));
        arena.reset();
    }
}

#[test]
fn a_text_that_changes_while_it_is_written_is_no_text() {
    struct Grows(Cell<usize>);
    impl fmt::Display for Grows {
        fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            self.0.set(self.0.get() + 1);
            out.write_str(&"x".repeat(self.0.get()))
        }
    }
    struct Fails;
    impl fmt::Display for Fails {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            Err(fmt::Error)
        }
    }
    let arena = TurnArena::default();
    assert_eq!(arena.text(format_args!("{}", Grows(Cell::new(0)))), Err(ArenaFull));
    assert_eq!(arena.text(format_args!("a{Fails}")), Err(ArenaFull));
}
