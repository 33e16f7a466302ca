package ftp

import "strings"

// A product is a server whose settings are known.
//
// Sources: manual pages and documentation of each; sshd_config(5) and
// sftp-server(8) for OpenSSH.
type product struct {
	name  string
	marks []string // of what the server calls itself, in lower case

	remedies map[string]string // by right
}

// A right "between" is that of moving from one folder to another, where both
// allow everything by themselves.
var products = []product{
	{"OpenSSH", []string{"openssh"}, map[string]string{
		"move":   "take rename and posix-rename out of the -P list, and the -R flag off, of the sftp subsystem in sshd_config (or add them to its -p list).",
		"upload": "let the account, or a group of it, write to the folder (chmod g+w), and see that the sftp subsystem has no -R flag and no open or write in its -P list.",
		"list":   "give the account r-x on the folder, and take opendir and readdir out of the -P list of the sftp subsystem.",
		"read":   "give the account the right to read, and look at the umask of the sftp subsystem (-u).",
		"remove": "let the account write to the folder, and take remove out of the -P list of the sftp subsystem.",
	}},
	{"ProFTPD", []string{"mod_sftp", "proftpd"}, map[string]string{
		"move":   "take RNFR and RNTO out of the <Limit> that denies them.",
		"upload": "let the account write to the folder, and take STOR and WRITE out of the <Limit> that denies them.",
		"list":   "give the account r-x on the folder, and take DIRS, LIST and MLSD out of the <Limit> that denies them.",
		"read":   "give the account the right to read, and take RETR and READ out of the <Limit> that denies them.",
		"remove": "let the account write to the folder, and take DELE out of the <Limit> that denies it.",
	}},
	{"vsftpd", []string{"vsftpd"}, map[string]string{
		"move":   "take RNFR and RNTO out of cmds_denied, and set write_enable=YES.",
		"upload": "set write_enable=YES, and let the account write to the folder.",
		"remove": "take DELE out of cmds_denied, and set write_enable=YES.",
	}},
	{"SFTPGo", []string{"sftpgo"}, map[string]string{
		"move":    "give the user the permission rename (or delete and upload) on both folders.",
		"between": "give the user the permission rename (or upload) on the target folder; folders on different storages cannot be renamed into each other.",
		"upload":  "give the user the permission upload on the folder.",
		"list":    "give the user the permission list on the folder.",
		"read":    "give the user the permission download on the folder.",
		"remove":  "give the user the permission delete on the folder.",
	}},
	{"AWS Transfer Family", []string{"aws_sftp"}, map[string]string{
		"move":   "give the role s3:GetObject, s3:PutObject and s3:DeleteObject on both folders.",
		"upload": "give the role s3:PutObject on the folder.",
		"list":   "give the role s3:ListBucket on the prefix of the folder.",
		"read":   "give the role s3:GetObject on the folder.",
		"remove": "give the role s3:DeleteObject on the folder.",
	}},
	{"Azure Blob Storage", []string{"azuressh"}, map[string]string{
		"move":   "give the local user the permissions read, write, create and delete on the container.",
		"upload": "give the local user the permissions write and create on the container.",
		"list":   "give the local user the permission list on the container.",
		"read":   "give the local user the permission read on the container.",
		"remove": "give the local user the permission delete on the container.",
	}},
	{"WS_FTP", []string{"ws_ftp"}, map[string]string{"move": `give the account the permission "Rename" on both folders.`}},
	{"Robo-FTP", []string{"robo-ftp", "roboftp"}, map[string]string{"move": `give the account the permission "Rename" on both folders.`}},
	{"Serv-U", []string{"serv-u"}, map[string]string{"move": `give the account the permission "Rename" on both folders (before version 7: write and delete).`}},
	{"Cerberus", []string{"cerberus"}, map[string]string{"move": `give the account the permission "Rename File" on both folders.`}},
	{"RemotelyAnywhere", []string{"remotelyanywhere"}, map[string]string{"move": "give the account the permission D on both folders."}},
}

// general are remedies for servers that are not known.
var general = map[string]string{
	"move":    "Ask the owner of the server for the right to rename files in both folders.",
	"between": "Ask the owner of the server what keeps files from being renamed from the one folder into the other.",
	"upload":  "Ask the owner of the server for the right to write files to the folder.",
	"list":    "Ask the owner of the server for the right to list the folder.",
	"read":    "Ask the owner of the server for the right to read (download) files in the folder.",
	"remove":  "Ask the owner of the server for the right to delete files in the folder.",
}

// remedy says how a right is given: by the settings of the server if its
// product is known.
func (s *session) remedy(right string, f *folder) string {
	hint := strings.Replace(general[right], "the folder", f.path, 1)
	if right == "move" || right == "between" {
		hint = general[right]
	}
	server := strings.ToLower(s.result.Server)
	for _, p := range products {
		for _, mark := range p.marks {
			if text := p.remedies[right]; text != "" && strings.Contains(server, mark) {
				return hint + " " + p.name + ": " + text
			}
		}
	}
	return hint
}
