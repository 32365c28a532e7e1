// Every fact is one relationship, and its key tells it from all others.
MATCH (subject:Entity)
CALL (subject) {
  MATCH (subject)-[fact]->(:Entity)
  WHERE fact.derived IS NOT NULL
  WITH fact.key AS key, count(*) AS n
  WHERE n > 1 OR key IS NULL
  RETURN key
}
RETURN subject.name + ' has fact ' + coalesce(key, 'without key') + ' more than once' AS example
