// Facts of one type are found by their key.
CREATE INDEX __INDEX__ IF NOT EXISTS
FOR ()-[fact:__TYPE__]-() ON (fact.key)
