// Package sftptest starts the servers that the FTP access probe is tested against.
//
// They are real where that is possible: [SSH] speaks SSH itself but hands the
// files to the sftp-server program of OpenSSH, [SSHD] and [ProFTPD] run the
// daemons. Only faults that no real server shows on request (a cut, a freeze, a
// lie) are made here, by relaying single SFTP packets through [Config.Meddle].
//
// Every server listens on 127.0.0.1 and ends with the test. Programs that are
// not installed skip the test, or fail it when CI is set: see [Need]. The
// package knows nothing of the probe and must be imported by tests only.
package sftptest
