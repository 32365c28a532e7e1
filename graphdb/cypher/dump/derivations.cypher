// All derivations with what each hangs on, in order of the fact derived.
MATCH (derivation:Derivation)
WHERE derivation.fact IS NOT NULL
WITH derivation
ORDER BY derivation.fact
RETURN derivation.fact AS fact, properties(derivation) AS properties,
  [(derivation)-[link]-(other) | {type: type(link), other: coalesce(other.key, other.id), properties: properties(link)}] AS links
