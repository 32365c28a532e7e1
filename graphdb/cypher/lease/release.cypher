// Give the lease back if it is still ours.
MATCH (lease:Lease {name: 'graph'})
REMOVE lease.lock
WITH lease
WHERE lease.epoch = $epoch AND lease.run = $run
REMOVE lease.holder, lease.run, lease.since, lease.expires
FINISH
