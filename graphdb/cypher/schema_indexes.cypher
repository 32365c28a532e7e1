// Say what every index there is holds, whether it is filled yet, and whether a constraint made it.
SHOW INDEXES
YIELD name, state, type, entityType, labelsOrTypes, properties, owningConstraint
RETURN name, state, type, entityType AS entity, labelsOrTypes AS on, properties,
  owningConstraint AS constraint
