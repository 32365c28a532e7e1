// Put off the end of the lease if it is still ours.
MATCH (lease:Lease {name: 'graph'})
REMOVE lease.lock
WITH lease
WHERE lease.epoch = $epoch AND lease.run = $run
SET lease.expires = datetime() + duration({seconds: $ttl_s})
RETURN lease.epoch AS epoch
