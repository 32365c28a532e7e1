// Name every constraint and index there is.
SHOW INDEXES
YIELD name
RETURN name
