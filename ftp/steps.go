package ftp

import "context"

// steps is the catalogue, in the order in which they are tried. What costs
// nothing and writes nothing comes first.
func steps() []*Step {
	online, placed := []string{"login", "start-sftp"}, []string{"folders-distinct", "name-pattern"}
	return []*Step{
		{ID: "connect", blame: access, run: alone((*session).connect),
			Doc: "Connects to the server and looks whether it speaks the protocol."},
		{ID: "host-key", Needs: []string{"connect"}, blame: access, run: staged("host-key"),
			Doc: "Compares the host key (of FTPS, the certificate) with those that are trusted. Nothing secret is sent before."},
		{ID: "login", Needs: []string{"connect"}, blame: access, run: staged("login"),
			Doc: "Logs in as a dataflow would: without a person, so with one factor."},
		{ID: "start-sftp", Needs: []string{"login"}, blame: access, run: staged("start-sftp"),
			Doc: "Starts the SFTP subsystem; of FTP, opens a data connection."},
		{ID: "folders-distinct", Needs: online, blame: usage, run: alone((*session).foldersDistinct),
			Doc: "The folders are three different ones, and none that Connect+ writes to lies in the source folder."},
		{ID: "stat-source", Needs: online, run: on(Source, (*session).statFolder),
			Doc: "The source folder exists and is a folder."},
		{ID: "list-source", Needs: []string{"stat-source"}, right: true, run: on(Source, (*session).listFolder),
			Doc: "The source folder can be listed: that is how Connect+ finds files. Looked at again once a probe file is in it."},
		{ID: "stat-processed", Needs: online, run: on(Processed, (*session).statFolder),
			Doc: "The processed folder exists and is a folder."},
		{ID: "list-processed", Needs: []string{"stat-processed"}, run: on(Processed, (*session).listFolder),
			Doc: "The processed folder can be listed. The dataflow works without."},
		{ID: "stat-error", Needs: online, run: on(ErrorRole, (*session).statFolder),
			Doc: "The folder of API error files exists and is a folder."},
		{ID: "list-error", Needs: []string{"stat-error"}, run: on(ErrorRole, (*session).listFolder),
			Doc: "The error folder can be listed. The dataflow works without."},
		{ID: "dry-checks", Needs: online, run: alone((*session).dryChecks),
			Doc: "Asks to remove, and to move, a name that does not exist: servers that refuse it as such refuse the right, and nothing was written. Where removing is refused no probe file is written."},
		{ID: "name-pattern", Needs: online, blame: usage, run: alone((*session).namePattern),
			Doc: "The Filename Pattern of the dataflow does not take probe files. If it does, nothing is written."},
		{ID: "upload-source", Needs: append(placed, "stat-source"), right: true, run: alone((*session).uploadSource),
			Doc: "Writes a probe file to the source folder and compares its size."},
		{ID: "read-source", Needs: []string{"upload-source"}, right: true, run: on(Source, (*session).readFolder),
			Doc: "Reads it back."},
		{ID: "remove-source", Needs: []string{"stat-source"}, right: true, run: on(Source, (*session).removeFolder),
			Doc: "Removes it, and looks whether it is gone."},
		{ID: "move-processed", Needs: append(placed, "stat-source", "stat-processed"), right: true, run: on(Processed, (*session).moveTo),
			Doc: "Moves a probe file from source to processed, as Connect+ does before it reads a file, and looks at both ends. If that fails, a few more requests find out why."},
		{ID: "upload-processed", Needs: append(placed, "stat-processed"), run: on(Processed, (*session).writtenFolder),
			Doc: "Writes to the processed folder; only where moving failed, to find out why."},
		{ID: "read-processed", Needs: append(placed, "stat-processed"), right: true, run: on(Processed, (*session).readFolder),
			Doc: "Reads the moved file: that is where Connect+ reads it."},
		{ID: "remove-processed", Needs: []string{"stat-processed"}, right: true, run: on(Processed, (*session).removeFolder),
			Doc: "Removes the moved file."},
		{ID: "move-error", Needs: append(placed, "stat-source", "stat-error"), right: true, run: on(ErrorRole, (*session).moveTo),
			Doc: "Moves a probe file from source to the error folder."},
		{ID: "upload-error", Needs: append(placed, "stat-error"), right: true, run: on(ErrorRole, (*session).uploadError),
			Doc: "Writes a probe file to the error folder, as Connect+ does with what the API answered."},
		{ID: "remove-error", Needs: []string{"stat-error"}, right: true, run: on(ErrorRole, (*session).removeFolder),
			Doc: "Removes both."},
		{ID: "posix-rename", Needs: append(placed, "stat-source", "stat-processed"), run: alone((*session).posixRename),
			Doc: "Moves a probe file with the posix-rename request, which some clients prefer. The dataflow may work without."},
		{ID: "space", Needs: online, run: alone((*session).space),
			Doc: "Asks how much room the folders have."},
		{ID: "waiting-files", Needs: []string{"list-source"}, run: alone((*session).waitingFiles),
			Doc: "Looks at the owners and modes of the files that wait in source, without opening them: in a sticky folder those of another account cannot be moved, though a probe file can."},
		{ID: "old-probes", Needs: online, run: alone((*session).oldProbes),
			Doc: "Looks for probe files that an earlier run left behind. They are named, not removed."},
		{ID: "cleanup", always: true, run: alone((*session).cleanup),
			Doc: "Removes what is still there, on a new connection if the first was lost, and names what cannot be removed."},
	}
}

// on makes a step of what is tried in one folder.
func on(role Role, run func(*session, context.Context, *folder) (Outcome, error)) func(context.Context, *session) (Outcome, error) {
	return func(ctx context.Context, s *session) (Outcome, error) {
		if f := s.folder(role); f != nil {
			return run(s, ctx, f)
		}
		return skipped("no folder for errors was named"), nil
	}
}

// alone makes a step of what concerns no one folder.
func alone(run func(*session, context.Context) (Outcome, error)) func(context.Context, *session) (Outcome, error) {
	return func(ctx context.Context, s *session) (Outcome, error) { return run(s, ctx) }
}

// staged makes a step of what connecting showed already.
func staged(id string) func(context.Context, *session) (Outcome, error) {
	return func(_ context.Context, s *session) (Outcome, error) {
		if at, ok := s.stage(id); ok {
			return at.Outcome, nil
		}
		return skipped("not reached"), nil
	}
}
