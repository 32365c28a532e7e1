"""How tests look at a graph: as sets of tuples, by a driver that knows nothing of ours."""


class Reader:
    """Asks the server."""

    def __init__(self, driver):
        self.driver = driver

    def rows(self, query, **parameters):
        with self.driver.session() as session:
            return [tuple(record.values()) for record in session.run(query, parameters)]

    def triples(self):
        return set(self.rows("MATCH (s:Entity)-[f]->(o:Entity) RETURN s.name, type(f), o.name"))

    def weights(self):
        """Confidence and witnesses of each fact."""
        return {
            (subject, type_, object_): (confidence, witnesses)
            for subject, type_, object_, confidence, witnesses in self.rows(
                "MATCH (s:Entity)-[f]->(o:Entity)"
                " RETURN s.name, type(f), o.name, f.confidence, f.witnesses"
            )
        }

    def entities(self):
        return set(self.rows("MATCH (e:Entity) RETURN e.type, e.name"))

    def aliases(self, name):
        return self.rows("MATCH (e:Entity {name: $name}) RETURN e.aliases", name=name)[0][0]

    def totals(self):
        nodes = self.rows("MATCH (n) RETURN count(n)")[0][0]
        return nodes, self.rows("MATCH ()-[r]->() RETURN count(r)")[0][0]

    def changes(self):
        """The change log, keys turned into how many."""
        return self.rows(
            "MATCH (c:FactChange) RETURN c.seq, size(c.added), size(c.changed), size(c.removed),"
            " size(c.entities) ORDER BY c.seq"
        )
