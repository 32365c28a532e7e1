// Say what every index there is holds, and whether a constraint made it.
SHOW INDEXES
YIELD name, type, entityType, labelsOrTypes, properties, owningConstraint
RETURN name, type, entityType AS entity, labelsOrTypes AS on, properties, owningConstraint AS constraint
