//! The routes of the `route` scenario: a tree with one level per path segment, literals before parameters.

/// One level of the tree. Nodes name each other by their place in [`Routes::nodes`].
#[derive(Default)]
struct Node {
    literals: Vec<(&'static [u8], usize)>,
    parameter: Option<usize>,
    /// Method and route number of the routes that end here.
    routes: Vec<(&'static [u8], usize)>,
}

/// A table of routes, numbered in the order in which they were given.
pub struct Routes {
    nodes: Vec<Node>,
}

/// Where a request target led: the number of the route and the value of its last parameter (empty where it has none).
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'path> {
    pub number: usize,
    pub value: &'path [u8],
}

impl Routes {
    /// Reads lines of the form `GET /users/:id`; lines of another form are passed over without a number.
    pub fn parse(text: &'static str) -> Self {
        let mut routes = Self { nodes: vec![Node::default()] };
        let lines = text.lines().filter_map(|line| line.split_once(" /"));
        for (number, (method, path)) in lines.enumerate() {
            let end = path.split('/').fold(0, |node, segment| routes.child(node, segment));
            if let Some(node) = routes.nodes.get_mut(end) {
                node.routes.push((method.as_bytes(), number));
            }
        }
        routes
    }

    /// The route of a method and a path.
    pub fn find<'path>(&self, method: &[u8], path: &'path [u8]) -> Option<Found<'path>> {
        self.descend(0, method, path.strip_prefix(b"/")?, b"")
    }

    fn child(&mut self, parent: usize, segment: &'static str) -> usize {
        let fresh = self.nodes.len();
        let Some(node) = self.nodes.get_mut(parent) else { return parent };
        let known = if segment.starts_with(':') {
            *node.parameter.get_or_insert(fresh)
        } else if let Some((_, child)) = node.literals.iter().find(|(name, _)| *name == segment.as_bytes()) {
            *child
        } else {
            node.literals.push((segment.as_bytes(), fresh));
            fresh
        };
        if known == fresh {
            self.nodes.push(Node::default());
        }
        known
    }

    fn descend<'path>(
        &self,
        node: usize,
        method: &[u8],
        rest: &'path [u8],
        value: &'path [u8],
    ) -> Option<Found<'path>> {
        let node = self.nodes.get(node)?;
        let slash = rest.iter().position(|byte| *byte == b'/');
        let segment = slash.map_or(Some(rest), |slash| rest.get(..slash))?;
        let after = slash.and_then(|slash| rest.get(slash + 1..));
        let onward = |child: usize, value: &'path [u8]| match after {
            Some(after) => self.descend(child, method, after, value),
            None => self.ending(child, method, value),
        };
        let literal = node.literals.iter().find(|(name, _)| *name == segment);
        literal
            .and_then(|(_, child)| onward(*child, value))
            .or_else(|| node.parameter.filter(|_| !segment.is_empty()).and_then(|child| onward(child, segment)))
    }

    fn ending<'path>(&self, node: usize, method: &[u8], value: &'path [u8]) -> Option<Found<'path>> {
        let routes = &self.nodes.get(node)?.routes;
        routes.iter().find(|(name, _)| *name == method).map(|(_, number)| Found { number: *number, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "GET /a\nGET /a/:x\nPOST /a/:x\nGET /a/me/b\nGET /a/:x/c\n";

    #[test]
    fn finds_routes_by_method_and_path() {
        let routes = Routes::parse(TABLE);
        assert_eq!(routes.find(b"GET", b"/a"), Some(Found { number: 0, value: b"" }));
        assert_eq!(routes.find(b"GET", b"/a/7"), Some(Found { number: 1, value: b"7" }));
        assert_eq!(routes.find(b"POST", b"/a/7"), Some(Found { number: 2, value: b"7" }));
    }

    #[test]
    fn prefers_a_literal_and_falls_back_to_the_parameter() {
        let routes = Routes::parse(TABLE);
        assert_eq!(routes.find(b"GET", b"/a/me/b"), Some(Found { number: 3, value: b"" }));
        assert_eq!(routes.find(b"GET", b"/a/me/c"), Some(Found { number: 4, value: b"me" }));
    }

    #[test]
    fn finds_nothing_for_unknown_methods_paths_and_empty_parameters() {
        let routes = Routes::parse(TABLE);
        assert_eq!(routes.find(b"PUT", b"/a"), None);
        assert_eq!(routes.find(b"GET", b"/b"), None);
        assert_eq!(routes.find(b"GET", b"/a/"), None);
        assert_eq!(routes.find(b"GET", b"/a/7/c/d"), None);
    }
}
