// Say what ails each database; nothing of one that is well.
SHOW DATABASES
YIELD name, statusMessage
WHERE statusMessage <> ''
RETURN name, statusMessage AS why
