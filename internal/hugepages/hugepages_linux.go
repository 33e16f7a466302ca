// Package hugepages asks the system to back large blocks of memory with large
// pages: a tenth of the time of a run over millions of rows is page faults.
package hugepages

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// Size is the size of a large page, in bytes; smaller blocks gain nothing.
const Size = 2 << 20

// Advise asks for large pages behind s, which must hold no pointers. It is a
// wish: nothing changes but speed, and errors mean that it was not granted.
func Advise[T any](s []T) {
	if len(s) == 0 {
		return
	}
	page := uintptr(unix.Getpagesize())
	start := uintptr(unsafe.Pointer(unsafe.SliceData(s)))
	lost := (page - start%page) % page // up to the first page that is all ours
	n := uintptr(len(s)) * unsafe.Sizeof(s[0])
	if n < Size+lost {
		return
	}
	block := unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(s)), lost)), (n-lost)/page*page)
	_ = unix.Madvise(block, unix.MADV_HUGEPAGE)
}
