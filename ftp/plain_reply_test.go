package ftp

import "testing"

// The texts of proftpd, vsftpd and Pure-FTPd were seen; those of the other
// servers are as they are commonly quoted.
func TestFTPKind(t *testing.T) {
	for _, c := range []struct {
		server string
		code   int
		text   string
		want   kind
	}{
		{"vsftpd", 550, "Permission denied.", denied},
		{"vsftpd", 550, "RNFR command failed.", failure},
		{"vsftpd", 550, "Failed to change directory.", failure},
		{"vsftpd", 550, "Could not get file size.", failure},
		{"vsftpd", 550, "Delete operation failed.", failure},
		{"vsftpd", 550, "Rename failed.", failure},
		{"vsftpd", 550, "Failed to open file.", failure},
		{"vsftpd", 553, "Could not create file.", failure},
		{"vsftpd", 451, "Failure writing to local file.", failure},
		{"vsftpd", 530, "Please login with USER and PASS.", denied},
		{"vsftpd", 500, "Unknown command.", unsupported},
		{"vsftpd", 522, "SSL connection failed: session reuse required", failure},

		{"proftpd", 550, "/in/a: No such file or directory", missing},
		{"proftpd", 550, "/in/a: Operation not permitted", denied},
		{"proftpd", 550, "/in/a: Permission denied", denied},
		{"proftpd", 550, "/in/a: Not a directory", failure},
		{"proftpd", 550, "/in/a: not a regular file", failure},
		{"proftpd", 553, "/in/a: Permission denied", denied},
		{"proftpd", 550, "/in/a: File exists", exists},
		{"proftpd", 550, "Rename /in/a: Invalid cross-device link", failure},
		{"proftpd", 552, "Transfer aborted. Disk quota exceeded", full},
		{"proftpd", 426, "Failure writing to local file: No space left on device", full},
		{"proftpd", 550, "'/in/a' cannot be listed", failure},
		{"proftpd", 550, "Unable to handle command", denied},
		{"proftpd", 500, "MLST not understood", unsupported},

		{"pure-ftpd", 550, "Can't open /in/a: No such file or directory", missing},
		{"pure-ftpd", 550, "Sorry, but that file doesn't exist", missing},
		{"pure-ftpd", 550, "Could not delete /in/a: Permission denied", denied},
		{"pure-ftpd", 550, "Can't change directory to /in: No such file or directory", missing},
		{"pure-ftpd", 553, "Can't open that file: Permission denied", denied},
		{"pure-ftpd", 553, "Prohibited file name: .a", denied},
		{"pure-ftpd", 451, "Rename/move failure: Permission denied", denied},
		{"pure-ftpd", 552, "Disk full - please upload later", full},
		{"pure-ftpd", 552, "Quota exceeded: [a] won't be saved", full},

		{"FileZilla Server", 550, "File not found", missing},
		{"FileZilla Server", 550, "Permission denied", denied},
		{"FileZilla Server", 550, `CWD failed. "/in": directory not found.`, missing},
		{"FileZilla Server", 553, "file exists", exists},
		{"FileZilla Server", 504, "Command not implemented for that parameter", unsupported},

		{"IIS", 550, "The system cannot find the file specified. ", missing},
		{"IIS", 550, "The system cannot find the path specified. ", missing},
		{"IIS", 550, "Access is denied. ", denied},
		{"IIS", 550, "Access is denied.\n Win32 error:   Access is denied. \n Error details: File system denied the access. \nEnd", denied},
		{"IIS", 550, "Cannot create a file when that file already exists. ", exists},
		{"IIS", 550, "The process cannot access the file because it is being used by another process. ", failure},
		{"IIS", 550, "There is not enough space on the disk. ", full},

		{"Serv-U", 550, "/in/a: No such file or directory.", missing},
		{"Serv-U", 550, "/in/a: No such file.", missing},
		{"Serv-U", 550, "Permission denied.", denied},
		{"Serv-U", 552, "Disk quota exceeded.", full},

		{"RFC 959", 452, "Requested action not taken. Insufficient storage space in system.", full},
		{"RFC 959", 553, "Requested action not taken. File name not allowed.", denied},
		{"RFC 959", 502, "Command not implemented.", unsupported},
		{"proftpd, of a path with words", 550, "/permission denied/a.csv: No such file or directory", missing},
		{"proftpd, of a path with words", 550, "'/denied/a' cannot be listed", failure},
		{"IIS, of a path with words", 550, "The system cannot find the file specified: /denied/a", missing},
		{"any, that will not say which", 550, "File not found or access denied", failure},
	} {
		if got := ftpKind(c.code, c.text); got != c.want {
			t.Errorf("%s: %d %s: got kind %d, want %d", c.server, c.code, c.text, got, c.want)
		}
	}
}
