// Hold the lease until the commit, and say whether it is still the one we were given.
//
// The last statement of a transaction: whoever takes the lease over waits for our commit, or has
// taken it before and we see it.
MATCH (lease:Lease {name: 'graph'})
REMOVE lease.lock
RETURN lease.epoch AS epoch, lease.holder AS holder, lease.run AS run
