package ftp

import "time"

// SetPatience shortens how long a probe looks again for what a server did.
func (o *Options) SetPatience(d time.Duration) { o.patience = d }
