//go:build unix

package sftptest

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
)

// give hands a path to nobody when we are root, and else leaves it alone.
func give(path string) error {
	if !asRoot() {
		return nil
	}
	return os.Lchown(path, nobody, nobody)
}

func owner(info fs.FileInfo) string {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return fmt.Sprintf("%d:%d", stat.Uid, stat.Gid)
	}
	return ""
}

// demote makes a command run as nobody, without further groups, when we are root.
func demote(cmd *exec.Cmd) {
	if asRoot() {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	}
}
