// Lock the lease, making it if this is the first ever.
MERGE (lease:Lease {name: 'graph'})
ON CREATE SET lease.epoch = 0
REMOVE lease.lock
FINISH
