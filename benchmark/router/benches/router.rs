//! What a lookup costs, beside matchit: `cargo bench --manifest-path benchmark/router/Cargo.toml`.
//!
//! `benchmark/fixtures/routes-130.txt` are the patterns of matchit's own benchmark (the API of GitHub as it was in 2013, from
//! httprouter), and each pass looks up one path per pattern, with `p1` to `p4` for its params, as that benchmark does.
//! `routes.txt` are the 230 routes of our own.

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use nexure_core::http::Method;
use nexure_core::router::{Captures, Lookup, Router, RouterOptions};

const PATTERNS: &str = include_str!("../../fixtures/routes-130.txt");
const REST: &str = include_str!("../../fixtures/routes.txt");

/// A path that a pattern matches.
fn path_of(pattern: &str) -> String {
    pattern.replace(':', "")
}

fn ours(patterns: &[(Method, &str)], options: RouterOptions) -> Router {
    let mut router = Router::with_options(options);
    for (id, (method, pattern)) in (0..).zip(patterns) {
        router.add(*method, pattern, id).expect("a route");
    }
    router
}

/// One pass over all paths.
fn pass(router: &Router, paths: &[(Method, String)], captures: &mut Captures) {
    for (method, path) in black_box(paths) {
        let found = black_box(router.find(*method, path.as_bytes(), captures));
        assert!(matches!(found, Lookup::Found(_)));
    }
}

fn lookups(c: &mut Criterion) {
    let table: Vec<(Method, &str)> = PATTERNS.lines().map(|pattern| (Method::Get, pattern)).collect();
    let paths: Vec<(Method, String)> = table.iter().map(|(method, pattern)| (*method, path_of(pattern))).collect();
    let rest: Vec<(Method, &str)> = REST
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(method, pattern)| (Method::parse(method.as_bytes()).expect("a method"), pattern))
        .collect();
    let rest_paths: Vec<(Method, String)> = rest.iter().map(|(method, pattern)| (*method, path_of(pattern))).collect();

    let mut group = c.benchmark_group("130 routes");
    group.throughput(Throughput::Elements(130));
    let mut captures = Captures::new();
    let router = ours(&table, RouterOptions::default());
    group.bench_function("nexure", |b| b.iter(|| pass(&router, &paths, &mut captures)));
    let folding = ours(&table, RouterOptions { ignore_case: true, ..RouterOptions::default() });
    group.bench_function("nexure, letter case ignored", |b| b.iter(|| pass(&folding, &paths, &mut captures)));
    let mut matchit = matchit::Router::new();
    for (id, (_, pattern)) in (0_u32..).zip(&table) {
        matchit.insert(braces(pattern), id).expect("a route");
    }
    group.bench_function("matchit", |b| {
        b.iter(|| {
            for (_, path) in black_box(&paths) {
                let found = black_box(matchit.at(path).expect("found"));
                assert!(*found.value < 130);
            }
        });
    });
    group.finish();

    let mut group = c.benchmark_group("230 routes");
    group.throughput(Throughput::Elements(230));
    let router = ours(&rest, RouterOptions::default());
    group.bench_function("nexure", |b| b.iter(|| pass(&router, &rest_paths, &mut captures)));
    group.finish();

    let mut group = c.benchmark_group("one lookup");
    for (name, pattern, path) in [
        ("static", "/a/static/path", "/a/static/path"),
        ("param", "/users/:id", "/users/12345"),
        ("int", "/users/:id(int)", "/users/12345"),
        ("uuid", "/users/:id(uuid)", "/users/0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("expression", r"/users/:id(^\d+$)", "/users/12345"),
        ("two params", "/:a-:b", "/first-second"),
        ("two expressions", r"/at/:hour(\d+)h:minute(\d+)m", "/at/10h05m"),
        ("wildcard", "/files/*", "/files/a/b/c.png"),
        ("escaped param", "/users/:id", "/users/a%20b"),
    ] {
        let router = ours(&[(Method::Get, pattern)], RouterOptions::default());
        let paths = [(Method::Get, path.to_owned())];
        group.bench_function(name, |b| b.iter(|| pass(&router, &paths, &mut captures)));
    }
    group.finish();

    let mut group = c.benchmark_group("independent of the routes");
    for count in [100_u32, 1000, 10_000] {
        let patterns: Vec<String> = (0..count).map(|number| format!("/r{number}/:id/x{number}")).collect();
        let table: Vec<(Method, &str)> = patterns.iter().map(|pattern| (Method::Get, pattern.as_str())).collect();
        let router = ours(&table, RouterOptions::default());
        let path = format!("/r{}/12/x{}", count / 2, count / 2);
        group.bench_function(format!("{count} routes"), |b| {
            b.iter_batched(
                || (),
                |()| black_box(router.find(Method::Get, path.as_bytes(), &mut captures)),
                BatchSize::SmallInput,
            );
        });
    }
    group.finish();
}

/// A pattern in matchit's syntax.
fn braces(pattern: &str) -> String {
    pattern
        .split('/')
        .map(|segment| segment.strip_prefix(':').map_or_else(|| segment.to_owned(), |name| format!("{{{name}}}")))
        .collect::<Vec<_>>()
        .join("/")
}

criterion_group!(benches, lookups);
criterion_main!(benches);
