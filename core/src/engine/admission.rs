//! How many requests may run at once, and what becomes of the others: they wait by priority, or are turned away.
//!
//! A request that runs holds a place of the server and one of its route until it is answered. One that finds no place
//! waits in a bounded queue; a low priority rises while it waits, so that nobody starves. A request that would wait
//! longer than it may take is turned away at once: an early 503 is worth more than a late one.

use std::collections::VecDeque;

use super::wheel::Filed;

/// How urgent the requests of a route are while the server is full.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// Behind everybody else.
    Low,
    /// The default.
    #[default]
    Normal,
    /// Before everybody else.
    High,
}

/// What a route asks of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent wishes")]
pub struct RouteRules {
    /// Bytes of a request body; `None` for the server's limit.
    pub max_body_bytes: Option<u64>,
    /// Whether the handler runs before the body is complete, whatever its length.
    pub streams_body: bool,
    /// Milliseconds from a complete request to its answer; `None` for the server's limit.
    pub handler_timeout_ms: Option<u64>,
    /// Requests of this route that run at once; 0 for any number.
    pub max_in_flight: u32,
    /// How urgent its requests are.
    pub priority: Priority,
    /// Whether its requests run however full the server is, as health checks must.
    pub exempt: bool,
    /// Whether JavaScript is asked how to answer content that tells at the head that it is too long.
    pub asks_too_large: bool,
    /// Whether JavaScript is asked how to answer a request that does not fit the schemas of its route.
    pub asks_invalid: bool,
}

impl RouteRules {
    /// The rules of a route that declares nothing.
    pub const DEFAULT: Self = Self {
        max_body_bytes: None,
        streams_body: false,
        handler_timeout_ms: None,
        max_in_flight: 0,
        priority: Priority::Normal,
        exempt: false,
        asks_too_large: false,
        asks_invalid: false,
    };
}

impl Default for RouteRules {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A request that waits for a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub connection: Filed,
    pub sequence: u32,
    pub route: u32,
    pub since_ms: u64,
}

/// What is to become of a request that is ready to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    Run,
    Wait,
    Shed,
}

/// Milliseconds of waiting that count as much as one priority; chosen: a low request is as good as a high one that came
/// two seconds later.
const AGING_MS: u64 = 1000;

/// Waiting requests whose route has places again, one queue per priority.
type Queues = [VecDeque<Waiting>; PRIORITIES];
const PRIORITIES: usize = 3;

#[derive(Debug, Default)]
struct Route {
    in_flight: u32,
    waiting: VecDeque<Waiting>,
}

/// The places of one server.
#[derive(Debug)]
pub(super) struct Admission {
    rules: Vec<RouteRules>,
    routes: Vec<Route>,
    max_in_flight: u32,
    max_queued: u32,
    in_flight: u32,
    queued: u32,
    queues: Queues,
    /// Milliseconds a request holds its place, smoothed, times 16.
    service_ms_16: u64,
    shed: u64,
}

impl Admission {
    pub fn new(rules: Vec<RouteRules>, max_in_flight: u32, max_queued: u32) -> Self {
        let routes = rules.iter().map(|_| Route::default()).collect();
        Self {
            rules,
            routes,
            max_in_flight,
            max_queued,
            in_flight: 0,
            queued: 0,
            queues: Queues::default(),
            service_ms_16: 0,
            shed: 0,
        }
    }

    pub fn rules(&self, route: u32) -> &RouteRules {
        self.rules.get(route as usize).unwrap_or(&RouteRules::DEFAULT)
    }

    pub fn in_flight(&self) -> u32 {
        self.in_flight
    }

    pub fn queued(&self) -> u32 {
        self.queued
    }

    pub fn shed(&self) -> u64 {
        self.shed
    }

    /// Milliseconds a request holds its place, smoothed over the last sixteen.
    pub fn service_ms(&self) -> u64 {
        self.service_ms_16 / 16
    }

    pub fn route_is_full(&self, route: u32) -> bool {
        let most = self.rules(route).max_in_flight;
        most > 0 && self.routes.get(route as usize).is_some_and(|route| route.in_flight >= most)
    }

    /// What is to become of a request that came now. `timeout_ms` is how long it may take in all.
    pub fn decide(&mut self, route: u32, timeout_ms: u64) -> Decision {
        let has_place = self.in_flight < self.max_in_flight && !self.route_is_full(route);
        if self.rules(route).exempt || (has_place && self.nobody_runnable()) {
            return Decision::Run;
        }
        if self.queued >= self.max_queued || self.expected_wait_ms(route) > timeout_ms {
            self.shed = self.shed.wrapping_add(1);
            return Decision::Shed;
        }
        Decision::Wait
    }

    fn nobody_runnable(&self) -> bool {
        self.queues.iter().all(VecDeque::is_empty)
    }

    /// How long a request that joins the queue will wait, if those before it take as long as the last ones did.
    fn expected_wait_ms(&self, route: u32) -> u64 {
        let most = self.rules(route).max_in_flight;
        let (before, places) = if self.route_is_full(route) {
            (self.routes.get(route as usize).map_or(0, |route| route.waiting.len()), most)
        } else {
            (self.queued as usize, self.max_in_flight)
        };
        (before as u64).saturating_mul(self.service_ms()) / u64::from(places.max(1))
    }

    /// Notes a request that was turned away after it had waited.
    pub fn count_shed(&mut self) {
        self.shed = self.shed.wrapping_add(1);
    }

    /// Takes a place.
    pub fn enter(&mut self, route: u32) {
        self.in_flight = self.in_flight.saturating_add(1);
        if let Some(route) = self.routes.get_mut(route as usize) {
            route.in_flight = route.in_flight.saturating_add(1);
        }
    }

    /// Gives a place back; a request that waited for this route may run next. `held_ms` is how long it was held, if that says
    /// something of the requests to come.
    pub fn leave(&mut self, route: u32, held_ms: Option<u64>) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(held_ms) = held_ms {
            let before = self.service_ms_16.saturating_sub(self.service_ms_16 / 16);
            self.service_ms_16 = before.saturating_add(held_ms.min(u64::from(u32::MAX)));
        }
        if let Some(place) = self.routes.get_mut(route as usize) {
            place.in_flight = place.in_flight.saturating_sub(1);
        }
        self.pass_on(route);
    }

    /// Lets the next one that waits for a route run, if there is a place: one was given back, or whom it was meant for
    /// does not take it.
    pub fn pass_on(&mut self, route: u32) {
        if !self.route_is_full(route)
            && let Some(place) = self.routes.get_mut(route as usize)
            && let Some(waiting) = place.waiting.pop_front()
        {
            self.enqueue(waiting);
        }
    }

    /// Lets a request wait.
    pub fn wait(&mut self, waiting: Waiting) {
        self.queued = self.queued.saturating_add(1);
        if self.route_is_full(waiting.route)
            && let Some(route) = self.routes.get_mut(waiting.route as usize)
        {
            route.waiting.push_back(waiting);
            return;
        }
        self.enqueue(waiting);
    }

    fn enqueue(&mut self, waiting: Waiting) {
        let priority = self.rules(waiting.route).priority as usize;
        if let Some(queue) = self.queues.get_mut(priority) {
            queue.push_back(waiting);
        }
    }

    /// Whether a waiting request could run now.
    pub fn has_runnable(&self) -> bool {
        self.in_flight < self.max_in_flight && !self.nobody_runnable()
    }

    /// The next waiting request that may run: the most urgent, where waiting makes urgent. The caller takes its place
    /// with [`Admission::enter`], or lets it go if its connection has gone.
    pub fn next(&mut self, now_ms: u64) -> Option<Waiting> {
        while self.in_flight < self.max_in_flight {
            let urgency = |priority: u64, waiting: &Waiting| {
                priority.saturating_mul(AGING_MS).saturating_add(now_ms.saturating_sub(waiting.since_ms))
            };
            let (_, most) = (0u64..)
                .zip(&self.queues)
                .filter_map(|(priority, queue)| Some((urgency(priority, queue.front()?), priority)))
                .max()?;
            let queue = self.queues.get_mut(usize::try_from(most).unwrap_or(0))?;
            let waiting = queue.pop_front()?;
            if self.route_is_full(waiting.route)
                && let Some(route) = self.routes.get_mut(waiting.route as usize)
            {
                // Others of its route were faster: it waits for them, before those that came later.
                let place = route.waiting.partition_point(|other| other.since_ms <= waiting.since_ms);
                route.waiting.insert(place, waiting);
                continue;
            }
            self.queued = self.queued.saturating_sub(1);
            return Some(waiting);
        }
        None
    }

    /// Forgets a request that waits no longer: its client has gone, or its time is over.
    pub fn abandon(&mut self, connection: Filed, sequence: u32, route: u32) {
        let is_it = |waiting: &Waiting| waiting.connection == connection && waiting.sequence == sequence;
        let of_route = self.routes.get_mut(route as usize).map(|route| &mut route.waiting);
        for (number, queue) in self.queues.iter_mut().chain(of_route).enumerate() {
            let Some(place) = queue.iter().position(is_it) else { continue };
            queue.remove(place);
            self.queued = self.queued.saturating_sub(1);
            if number < PRIORITIES {
                self.pass_on(route);
            }
            return;
        }
    }

    /// Puts a request back that the batch had no room for.
    pub fn put_back(&mut self, waiting: Waiting) {
        self.queued = self.queued.saturating_add(1);
        let priority = self.rules(waiting.route).priority as usize;
        if let Some(queue) = self.queues.get_mut(priority) {
            queue.push_front(waiting);
        }
    }
}
