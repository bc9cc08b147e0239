//! What taking and giving buffers costs, beside the allocator: `cargo bench -p nexure-core --bench pool`.
//!
//! Nanoseconds per operation, the least of seven samples. Nothing is asserted: it is for figures in documents.

#![allow(missing_docs, clippy::cast_precision_loss, reason = "a program that prints figures")]

use std::hint::black_box;
use std::time::Instant;

use nexure_core::pool::arena::TurnArena;
use nexure_core::pool::{Pools, SIZES};

const SAMPLES: usize = 7;
const OPERATIONS: usize = 400_000;

fn least_ns(mut run: impl FnMut()) -> f64 {
    let sample = |_| {
        let start = Instant::now();
        run();
        start.elapsed().as_nanos() as f64
    };
    (0..SAMPLES).map(sample).fold(f64::INFINITY, f64::min)
}

fn report(name: &str, operations: usize, run: impl FnMut()) {
    println!("{name:<44} {:>12.1}", least_ns(run) / operations as f64);
}

fn main() {
    println!("{:<44} {:>12}", "case", "ns");
    for size in SIZES {
        let mut pools = Pools::default();
        report(&format!("{size} B: take and give, one at a time"), OPERATIONS, || {
            for _ in 0..OPERATIONS {
                let buffer = pools.take(black_box(size));
                pools.give(black_box(buffer));
            }
        });
        report(&format!("{size} B: allocate and free, one at a time"), OPERATIONS, || {
            for _ in 0..OPERATIONS {
                drop(black_box(Vec::<u8>::with_capacity(black_box(size))));
            }
        });
        // As many as a turn has, so that the allocator cannot hand out the same one each time.
        let turn = (4 << 20) / size;
        let rounds = OPERATIONS / 10 / turn + 1;
        let mut held = Vec::with_capacity(turn);
        report(&format!("{size} B: take and give, {turn} at a time"), rounds * turn, || {
            for _ in 0..rounds {
                held.extend((0..turn).map(|_| pools.take(black_box(size))));
                for buffer in held.drain(..) {
                    pools.give(buffer);
                }
            }
        });
        report(&format!("{size} B: allocate and free, {turn} at a time"), rounds * turn, || {
            for _ in 0..rounds {
                held.extend((0..turn).map(|_| Vec::<u8>::with_capacity(black_box(size))));
                held.drain(..).for_each(drop);
            }
        });
    }
    ticks();
    scratch();
}

/// The tick that has the most to do: all shelves are full and nobody asks any more.
fn ticks() {
    let mut worst: f64 = 0.0;
    let mut idle: f64 = f64::INFINITY;
    for _ in 0..SAMPLES {
        let mut pools = Pools::default();
        for size in SIZES {
            let held: Vec<_> = (0..10_000_000 / size).map(|_| pools.take(size)).collect();
            for buffer in held {
                pools.give(buffer);
            }
        }
        for second in 1..60 {
            let start = Instant::now();
            pools.tick(second * 1000);
            let ns = start.elapsed().as_nanos() as f64;
            worst = worst.max(ns);
            idle = idle.min(ns);
        }
    }
    println!("{:<44} {worst:>12.1}", "tick, the longest of all, 32 MiB given back");
    println!("{:<44} {idle:>12.1}", "tick, at rest");
}

fn scratch() {
    let mut arena = TurnArena::default();
    let lines = [b'x'; 100];
    report("arena: copy 100 B, reset every 64", OPERATIONS, || {
        for _ in 0..OPERATIONS / 64 {
            for _ in 0..64 {
                let _ = black_box(arena.copy(black_box(&lines)));
            }
            arena.reset();
        }
    });
    report("arena: text of 20 B, reset every 64", OPERATIONS, || {
        for _ in 0..OPERATIONS / 64 {
            for number in 0..64 {
                let _ = black_box(arena.text(format_args!("Allow: GET, HEAD {number}\r\n")));
            }
            arena.reset();
        }
    });
    report("allocator: copy 100 B", OPERATIONS, || {
        for _ in 0..OPERATIONS {
            drop(black_box(black_box(&lines).to_vec()));
        }
    });
    report("allocator: text of 20 B", OPERATIONS, || {
        for number in 0..OPERATIONS {
            drop(black_box(format!("Allow: GET, HEAD {}\r\n", number & 63)));
        }
    });
}
