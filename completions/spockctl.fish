# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_spockctl_global_optspecs
    string join \n f/cluster-file= context= local= n/node= d/dsn= W/password password-file= o/output= columns= no-headers sort-by= w/watch= q/quiet v/verbose color= no-progress no-input y/yes dry-run timeout= connect-timeout= statement-timeout= log-file= log-format= error-format= h/help V/version
end

function __fish_spockctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_spockctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_spockctl_using_subcommand
    set -l cmd (__fish_spockctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c spockctl -n "__fish_spockctl_needs_command" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_needs_command" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_needs_command" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_needs_command" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_needs_command" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_needs_command" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_needs_command" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_needs_command" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_needs_command" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_needs_command" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_needs_command" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_needs_command" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_needs_command" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_needs_command" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_needs_command" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_needs_command" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_needs_command" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "status" -d 'Show how the nodes stand (same as `cluster status`)'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "top" -d 'Watch the whole cluster on one screen'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "doctor" -d 'Find what is wrong with the cluster, why, and what mends it'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "assess" -d 'Is this database ready for several nodes that write?'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "check" -d 'Check one thing for monitoring (ends with 0 ok, 1 warning, 2 critical, 3 unknown)'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "metrics" -d 'Print or serve what is measured, in the format of OpenMetrics'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "cluster" -d 'Make, watch, and prove a cluster'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "node" -d 'Look at nodes'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "sub" -d 'Look at and change subscriptions'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "repset" -d 'Look at and change replication sets: which tables and sequences go out'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "ddl" -d 'Define objects on all nodes'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "table" -d 'Look at tables, and compare and mend their rows'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "seq" -d 'Look at sequences, and keep subscribers ahead of them'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "conflict" -d 'Look at rows that two nodes wrote at once: which version won, and why'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "exception" -d 'Look at transactions that could not be applied, and deal with them'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "slot" -d 'Look at replication slots: how much log each keeps, and for whom'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "explain" -d 'Say what an id means: of a finding, an exit code, a conflict, an exception'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "sql" -d 'Run statements on every node, which may only read unless told otherwise'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "tail" -d 'Show what a slot would send, as JSON lines, without moving it'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "worker" -d 'Look at the processes of the extension'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "upgrade" -d 'Bring the nodes to another version of the extension, one at a time'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "runs" -d 'Look at runs of commands of several steps, and go on with one'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "trace" -d 'Show one row on all nodes: who wrote it, and the conflicts and exceptions recorded for it'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "local" -d 'Run clusters of real servers on this machine'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "config" -d 'Look at the cluster definition'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "context" -d 'Name the clusters that you work with'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "completion" -d 'Print the completion script of a shell'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "version" -d 'Print the version of this program'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "help" -d 'Explain a command or a topic: environment, exit-codes, output, credentials, glossary'
complete -c spockctl -n "__fish_spockctl_needs_command" -f -a "generate" -d 'Write completion scripts and manual pages'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l exit-code -d 'End with status 6 unless all is well'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l health -d 'Whether each node is well, and why not; this is the default'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l topology -d 'Who subscribes to whom (as `cluster topology`)'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l lag -d 'How far each subscription is behind (as `sub lag`)'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l versions -d 'Versions of servers and extension (as `node version`)'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l clock -d 'How far the clocks are apart for certain'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand status" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l print -d 'Print one screen of this size and end, as for a ticket' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand top" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l severity -d 'Only findings that are at least so bad' -r -f -a "info\t'All findings'
warning\t'Warnings and errors'
error\t'Errors'"
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l fix -d 'Set what can be set while the servers run (ALTER SYSTEM, and a reload); nothing is restarted'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l nodes -d 'Nodes that the cluster is to have' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand assess" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "lag" -d 'How far subscriptions are behind, in time or in bytes'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "subs" -d 'Whether every subscription replicates'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "exceptions" -d 'Changes that could not be applied and wait for somebody'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "conflicts" -d 'Conflicts in a second'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "slots" -d 'Slots that are lost, that nobody reads, or that keep much log'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "nodes" -d 'Whether every node answers'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "clock" -d 'How far the clocks are apart'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "fk" -d 'Rows that lack the parents which their foreign keys refer to; reads the whole tables'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and not __fish_seen_subcommand_from lag subs exceptions conflicts slots nodes clock fk all" -f -a "all" -d 'All of these but fk, with the limits that they have by themselves'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l warning -d 'From which lag on it is a warning: a duration or a size' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l critical -d 'From which lag on it is critical' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from lag" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from subs" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l warning -d 'From how many on it is a warning' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l critical -d 'From how many on it is critical' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from exceptions" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l warning -d 'From how many in a second on it is a warning' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l critical -d 'From how many in a second on it is critical' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l over -d 'For how long they are counted' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from conflicts" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l warning -d 'From how much log on that a slot keeps it is a warning' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l critical -d 'From how much log on it is critical' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from slots" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from nodes" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l warning -d 'From which distance on it is a warning' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l critical -d 'From which distance on it is critical' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from clock" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l warning -d 'From how many rows of a foreign key on it is a warning' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l critical -d 'From how many on it is critical' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l samples -d 'So many of the keys of such rows are shown' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l settle -d 'For how long streams are waited for when rows lack their parents' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from fk" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand check; and __fish_seen_subcommand_from all" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l listen -d 'Serve them at `/metrics` of this address until interrupted; to everybody who reaches it' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand metrics" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "apply" -d 'Make the nodes of a running cluster what its definition says'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "diff" -d 'Show in what the nodes are not as the definition says; ends with status 6 when there is something'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "export" -d 'Write the definition of a cluster that runs'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "init" -d 'Make prepared servers a cluster'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "destroy" -d 'Take a cluster apart: its databases are no nodes afterwards, and keep their tables and rows'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "status" -d 'Show how the nodes stand'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "topology" -d 'Show who subscribes to whom'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "wait" -d 'Wait for a state of the whole cluster'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "barrier" -d 'Mark the log of every node, and show which of the others have applied the mark'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "readonly" -d 'Keep users from writing, on every node'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "pause" -d 'Stop all streams between the nodes'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "resume" -d 'Start the streams again that `cluster pause` has stopped, and no others'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and not __fish_seen_subcommand_from apply diff export init destroy status topology wait barrier readonly pause resume verify" -f -a "verify" -d 'Check the servers\' settings, or prove that all nodes have the same rows'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l plan -d 'Do what this plan says, which --plan-out has written; refused when anything has changed since' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l confirm -d 'The name of the cluster, in place of the question for it, where something is removed' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l plan-out -d 'Write the plan to this file' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l wait-lock -d 'Wait so long for another operator to finish' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l lock-lease -d 'How long other operators are kept away after this program has died' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l resume-run -d 'Go on with this run' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l prune -d 'Remove what is there and the definition does not name'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from apply" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from diff" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l name -d 'Name of the cluster in the file' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l from-spockctrl -d 'Make the file from the JSON node file of the former spockctrl, and ask no server' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l all-sets -d 'List the tables and sequences of the built-in replication sets, too'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l redact-dsn -d 'Mask addresses and users, for a file that is shown to others'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l topology -d 'Who subscribes to whom, in place of what the definition says' -r -f -a "mesh\t'Every node subscribes to every other'
star\t'The seed and each other node subscribe to each other'
chain\t'Each node subscribes to the one before it'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l seed -d 'Node whose structure and data the others copy' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l sync -d 'What the other nodes copy from the seed' -r -f -a "structure+data\t'Tables and their rows'
structure\t'Tables, empty'
data\t'Rows, into tables that are there'
none\t'Nothing'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l add-all-tables -d 'Put all tables and sequences of this schema into the default replication sets (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l plan-out -d 'Write the plan to this file' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l wait-lock -d 'Wait so long for another operator to finish' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l lock-lease -d 'How long other operators are kept away after this program has died' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l resume-run -d 'Go on with this run' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l wait -d 'Wait until everything replicates; this is the default'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l no-wait -d 'Do not wait until everything replicates'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from init" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l confirm -d 'The name of the cluster, in place of the question for it' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l plan-out -d 'Write the plan to this file' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l wait-lock -d 'Wait so long for another operator to finish' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l lock-lease -d 'How long other operators are kept away after this program has died' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l resume-run -d 'Go on with this run' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l keep-data -d 'Let the users\' tables and rows stay; this is what it does anyhow'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l drop-extension -d 'Drop the extension from the databases, too'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from destroy" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l exit-code -d 'End with status 6 unless all is well'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l health -d 'Whether each node is well, and why not; this is the default'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l topology -d 'Who subscribes to whom (as `cluster topology`)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l lag -d 'How far each subscription is behind (as `sub lag`)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l versions -d 'Versions of servers and extension (as `node version`)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l clock -d 'How far the clocks are apart for certain'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l format -d 'How to draw it, in place of the format of --output' -r -f -a "matrix\t'A row for each provider, a column for each subscriber'
tree\t'Each provider with its subscribers below it'
dot\t'A graph for Graphviz'
mermaid\t'A flowchart for Mermaid'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from topology" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l for -d 'What to wait for' -r -f -a "synced\t'The first copy of every subscription and table is done'
caught-up\t'Every node has applied what the others had written when the wait began'
replicating\t'Every enabled subscription streams'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from wait" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l wait -d 'Wait until every node has applied the marks of all others'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l transactional -d 'Write the mark as a transaction, which is applied in its turn'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from barrier" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from readonly" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from pause" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l retries -d 'Look again this often at tables that differ, before their rows are compared' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l data -d 'Compare the rows of every replicated table on all nodes'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l settings -d 'Check the settings of the servers; this is the default'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l arch -d 'Compare what the servers are built for and how their databases keep text'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l connectivity -d 'Check who reaches whom, from here and from each server by its subscriptions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l no-drain -d 'Do not wait for the streams to drain before comparing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand cluster; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "list" -d 'Show what each node is and which other nodes it knows'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "show" -d 'Show everything about one node: server, registration, interfaces, sets'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "create" -d 'Make a database a node'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "alter" -d 'Change where a node stands and what is said of it'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "drop" -d 'Make a database a node no longer, or have another node forget it'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "interfaces" -d 'Show the ways to reach nodes that each node knows'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "add-interface" -d 'Add a way to reach a node'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "drop-interface" -d 'Drop a way to reach a node'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "guc" -d 'Look at and change settings of the servers'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "readonly" -d 'Keep users from writing on one node, or let them'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "ping" -d 'Show which nodes are reached, and how fast'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "version" -d 'Show the versions of servers and extension'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "spock-version" -d 'Show the versions of servers and extension'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "pg-version" -d 'Show the versions of servers and extension'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and not __fish_seen_subcommand_from list show create alter drop interfaces add-interface drop-interface guc readonly ping version spock-version pg-version gucs" -f -a "gucs" -d 'Show settings of the servers'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l peer-dsn -d 'How the other nodes reach it' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l location -d 'Where it stands' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l country -d 'In which country' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l info -d 'More facts, as a JSON object' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l tiebreaker -d 'Which node wins where two wrote at the same moment: the lowest number' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Do nothing when the database is this node already'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l location -d 'Where it stands' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l country -d 'In which country' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l info -d 'More facts, as a JSON object' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from alter" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l if-exists -d 'Do nothing when there is no such node'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from interfaces" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l peer-dsn -d 'The connection string' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from add-interface" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l if-exists -d 'Do nothing when there is no such interface'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from drop-interface" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -f -a "list" -d 'Show the settings of the extension and those that it needs'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -f -a "get" -d 'Show settings by name'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -f -a "set" -d 'Set a setting of one server, or those of the cluster definition on all servers'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from guc" -f -a "check" -d 'Compare the servers with [guc] of the cluster definition; ends with 6 when one differs'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from readonly" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l from -d 'From the server of this node, as far as its subscriptions say; from here unless it is given' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l all -d 'From here, and from the server of each node to each other'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from ping" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from version" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from spock-version" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from pg-version" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand node; and __fish_seen_subcommand_from gucs" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "status" -d 'Show how each subscription stands, and why'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "list" -d 'Show how each subscription stands, and why'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "show" -d 'Show everything about one subscription: options, tables, and what failed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "tables" -d 'Show how far the copy of each table has come'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "lag" -d 'Show how far each subscription is behind'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "stats" -d 'Show what each subscription has applied, and its conflicts'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "create" -d 'Subscribe to another node'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "alter" -d 'Change options of a subscription'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "alter-interface" -d 'Reach the provider of a subscription by another of its interfaces'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "add-repset" -d 'Subscribe to one more replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "remove-repset" -d 'Subscribe to a replication set no longer'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "sync" -d 'Copy the tables that were never copied'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "resync-table" -d 'Copy tables again, and wait until that is done'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "wait" -d 'Wait until copies are done, or changes have come'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "skip-lsn" -d 'Leave out the transaction with this commit record'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "skip" -d 'Leave out the one transaction that a subscription stands at, and start it again'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "enable" -d 'Start a subscription'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "disable" -d 'Stop a subscription'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "drop" -d 'Drop a subscription, with its slot and origin'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "show-status" -d 'Show how each subscription stands, and why'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "show-table" -d 'Show how far the copy of each table has come'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and not __fish_seen_subcommand_from status list show tables lag stats create alter alter-interface add-repset remove-repset sync resync-table wait skip-lsn skip enable disable drop show-status show-table wait-for-sync" -f -a "wait-for-sync" -d 'Wait until copies are done'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l exit-code -d 'End with status 6 unless all are replicating'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l exit-code -d 'End with status 6 unless all are replicating'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l not-ready -d 'Only tables whose copy is not done'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from tables" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l warn -d 'From which lag on it is a warning, and the command ends with 6: a duration or a size' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l crit -d 'From which lag on it is critical, and the command ends with 6: a duration or a size' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from lag" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l by-table -d 'Changes by table, also of what the nodes have sent'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l reset -d 'Count from nothing again; with --by-table the tables of all streams of a node'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l provider -d 'The node that the changes come from, by its name in the cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l provider-dsn -d 'The node that the changes come from, by the connection string that the subscriber is to use' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l repset -d 'Replication sets to subscribe to, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l sync -d 'What is copied first' -r -f -a "structure\t'Tables, empty'
data\t'Rows, into tables that are there'
both\t'Tables and their rows'
none\t'Nothing'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l forward-origins -d 'Whose changes the provider sends: its own, or all that it has' -r -f -a "none\t'Those made there'
all\t'Also those that it has applied from others'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l apply-delay -d 'Hold every transaction back for so long' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l skip-schema -d 'Schemas to leave out, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l force-text-transfer -d 'Have values travel as text'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l disabled -d 'Do not start it'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l wait -d 'Wait until the copy is done and it replicates'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Do nothing when there is a subscription of this name'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l apply-delay -d 'Hold every transaction back for so long' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l forward-origins -d 'Whose changes the provider sends' -r -f -a "none\t'Those made there'
all\t'Also those that it has applied from others'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l skip-schema -d 'Schemas to leave out, separated by commas; an empty value for none' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from alter-interface" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from add-repset" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from remove-repset" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l truncate -d 'Empty the tables first'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l wait -d 'Wait until they are copied'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from sync" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l no-truncate -d 'Leave what the tables hold'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from resync-table" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l table -d 'Only this table, with its schema unless it is in public' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l for -d 'What to wait for: sync, catch-up, or lsn=X/X' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l from-error -d 'Take it from the last transaction of this subscription that failed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip-lsn" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l next -d 'The next one: that before which the subscription was disabled'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from skip" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l immediate -d 'At once; a worker starts in a moment in any case'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l immediate -d 'Return when its worker has ended, not before'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l if-exists -d 'Do nothing when there is no such subscription'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from drop" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l exit-code -d 'End with status 6 unless all are replicating'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-status" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l not-ready -d 'Only tables whose copy is not done'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from show-table" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l table -d 'Only this table, with its schema unless it is in public' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l for -d 'What to wait for: sync, catch-up, or lsn=X/X' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sub; and __fish_seen_subcommand_from wait-for-sync" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "list" -d 'Show the replication sets of each node'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "show" -d 'Show what is in a replication set: tables, columns, row filters, sequences'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "create" -d 'Make a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "alter" -d 'Change which changes a replication set lets out'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "drop" -d 'Drop a replication set; its tables stay'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "add-table" -d 'Put tables into a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "remove-table" -d 'Take tables out of a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "add-all-tables" -d 'Put all tables of schemas into a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "add-seq" -d 'Put sequences into a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "remove-seq" -d 'Take sequences out of a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "add-all-seqs" -d 'Put all sequences of schemas into a replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "add-partition" -d 'Put partitions into the replication sets that their table is in'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "remove-partition" -d 'Take partitions out of the replication sets that their table is in'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and not __fish_seen_subcommand_from list show create alter drop add-table remove-table add-all-tables add-seq remove-seq add-all-seqs add-partition remove-partition list-tables" -f -a "list-tables" -d 'Show the tables of all replication sets'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l tables -d 'Only tables'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l seqs -d 'Only sequences'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l filters -d 'Only tables of which not all rows are replicated'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-insert -d 'Do not replicate INSERT'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-update -d 'Do not replicate UPDATE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-delete -d 'Do not replicate DELETE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-truncate -d 'Do not replicate TRUNCATE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l if-not-exists -d 'Do nothing when there is a set of this name'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l insert -d 'Replicate INSERT'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-insert -d 'Do not replicate INSERT'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l update -d 'Replicate UPDATE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-update -d 'Do not replicate UPDATE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l delete -d 'Replicate DELETE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-delete -d 'Do not replicate DELETE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l truncate -d 'Replicate TRUNCATE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-truncate -d 'Do not replicate TRUNCATE'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from alter" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l if-exists -d 'Do nothing when there is no such set'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from drop" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l row-filter -d 'Replicate only rows that meet this condition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l sync-data -d 'Have the subscribers of the set copy them'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l no-partitions -d 'Leave out the partitions of partitioned tables'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-table" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l no-partitions -d 'Leave the partitions of partitioned tables in it'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l if-exists -d 'Pass over tables that are not in it'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-table" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l sync-data -d 'Have the subscribers of the set copy what is added'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-tables" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l sync-data -d 'Send their values to the subscribers at once'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-seq" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l if-exists -d 'Pass over sequences that are not in it'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-seq" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l sync-data -d 'Have the subscribers of the set copy what is added'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-all-seqs" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l row-filter -d 'Replicate only rows that meet this condition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from add-partition" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from remove-partition" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l schema -d 'Only tables of this schema' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand repset; and __fish_seen_subcommand_from list-tables" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -f -a "run" -d 'Run a statement on one node for all, and wait until all have run it'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -f -a "status" -d 'Show how each node treats statements that define objects, and who has the DDL lock'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -f -a "enable" -d 'Replicate statements that define objects by themselves, on every node'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -f -a "disable" -d 'Stop replicating statements that define objects by themselves, on every node'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and not __fish_seen_subcommand_from run status enable disable history" -f -a "history" -d 'Show the statements that were replicated'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s c -l command -d 'The statement; one in which a password stands is better read from a file' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s F -l file -d 'Read the statements from this file; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l repset -d 'Whose subscribers run it (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l search-path -d 'Where its names are looked up' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l role -d 'Run it as this role, on all nodes' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l lock -d 'Run it under the DDL lock of all nodes, whatever the node\'s setting says' -r -f -a "off\t'Without it'
wait\t'Wait for it'
error\t'Fail while another node has it'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l again -d 'Execute what this run has executed once more, though it was not finished' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l plan-out -d 'Write the plan to this file' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l wait-lock -d 'Wait so long for another operator to finish' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l lock-lease -d 'How long other operators are kept away after this program has died' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l resume-run -d 'Go on with this run' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l no-wait -d 'Do not wait until all nodes have run it'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l limit -d 'So many of each node at most, the newest first' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand ddl; and __fish_seen_subcommand_from history" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -f -a "list" -d 'Show the tables of each node, their keys, and the replication sets that they are in'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -f -a "show" -d 'Show what one table is made of on each node, and what is replicated of it'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -f -a "check" -d 'Check that tables can be replicated, and are the same on all nodes'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -f -a "diff" -d 'Show which rows differ between the nodes, while clients write'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and not __fish_seen_subcommand_from list show check diff repair" -f -a "repair" -d 'Make rows that differ equal on all nodes'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l repset -d 'Only tables of this replication set' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l unassigned -d 'Only tables that are in no replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l where -d 'Compare only rows that meet this condition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l sample -d 'Compare only so many ranges of a hundred, spread over the table' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l block-rows -d 'Rows that are hashed by one statement' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s j -l jobs -d 'Ranges that are compared at once; each takes a connection to every node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l max-rate -d 'Rows that a node reads in a second at most' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l limit -d 'End the search when this many rows seem to differ' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l retries -d 'Look again this often at rows that are being written' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l plan-out -d 'Write what differs to this file, for `spockctl table repair`' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from diff" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l diff -d 'What differs, as `table diff` wrote it with --plan-out or -o json' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l from -d 'Node whose rows are right, also where it has none' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l undo-dir -d 'Directory for the scripts that take the repair back, one for each node' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l confirm -d 'Go on without asking; NAME is the table, or the cluster, as where several are repaired' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l where -d 'Compare only rows that meet this condition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l sample -d 'Compare only so many ranges of a hundred, spread over the table' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l block-rows -d 'Rows that are hashed by one statement' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s j -l jobs -d 'Ranges that are compared at once; each takes a connection to every node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l max-rate -d 'Rows that a node reads in a second at most' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l limit -d 'End the search when this many rows seem to differ' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l retries -d 'Look again this often at rows that are being written' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l newest -d 'The row that was written last is right'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand table; and __fish_seen_subcommand_from repair" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -f -a "list" -d 'Show the sequences of each node, where they stand, and what subscribers were told'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -f -a "show" -d 'Show one sequence on all nodes'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and not __fish_seen_subcommand_from list show sync" -f -a "sync" -d 'Tell the subscribers of the sequences\' sets where to be'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l repset -d 'Only sequences of this replication set' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l unassigned -d 'Only sequences that are in no replication set'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l all -d 'All that are in replication sets'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand seq; and __fish_seen_subcommand_from sync" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -f -a "list" -d 'Show the conflicts that the nodes have recorded'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -f -a "show" -d 'Show the two rows of a conflict and the row afterwards, column by column'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -f -a "explain" -d 'Say in words why one of the two versions won'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -f -a "stats" -d 'Count the conflicts of each node, by type or by table'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -f -a "purge" -d 'Remove old conflicts from the history of every node'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and not __fish_seen_subcommand_from list show explain stats purge replay" -f -a "replay" -d 'Show what another policy, or a function, would have made of a conflict; nothing is written'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l since -d 'Only those of this last span of time' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l table -d 'Only those of this table, with its schema unless it is in public' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l type -d 'Only those of this type, as update_origin_differs' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l limit -d 'So many of each node at most, the newest first' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from explain" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l by -d 'What to count by' -r -f -a "type\t'The type of conflict'
table\t'The table'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l since -d 'Only those of this last span of time; COUNTED does not heed it' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from stats" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l older-than -d 'Those that were recorded longer ago' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from purge" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l policy -d 'Only these policies (can be repeated); all unless given' -r -f -a "last_update_wins\t''
first_update_wins\t''
apply_remote\t''
keep_local\t''
error\t''"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l resolver -d 'A function of the node that makes one row of the older and the newer one' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand conflict; and __fish_seen_subcommand_from replay" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -f -a "list" -d 'Show which transactions could not be applied, on which node, and why'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -f -a "show" -d 'Show a transaction with each of its changes, the rows and what became of them'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -f -a "retry" -d 'Apply what was left out, once its cause is mended'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and not __fish_seen_subcommand_from list show retry resolve" -f -a "resolve" -d 'Say that what was left out was dealt with in another way'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l limit -d 'So many of each node at most, the newest first' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l pending -d 'Only those of which something still waits'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l all -d 'All of which something waits, on the nodes of the command'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from retry" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l note -d 'What was done about it' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand exception; and __fish_seen_subcommand_from resolve" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -f -a "list" -d 'Show each slot, how much log the server keeps for it, and who reads it'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -f -a "orphans" -d 'Show slots that nobody will read any more; ends with status 6 when there are some'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -f -a "advance" -d 'Move a slot forward: its reader will not get what lies before'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -f -a "enable-failover" -d 'Have standbys keep the slots of subscribers, from PostgreSQL 17 on'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and not __fish_seen_subcommand_from list orphans advance enable-failover drop" -f -a "drop" -d 'Drop a slot that nobody reads'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from orphans" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from advance" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from enable-failover" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l if-exists -d 'Do nothing when there is no such slot'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l force -d 'Also when a node that may read it cannot be asked'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand slot; and __fish_seen_subcommand_from drop" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand explain" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s c -l command -d 'The statements' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s F -l file -d 'Read the statements from this file; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l read-only -d 'Let nothing be written; it is so unless --write is given'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l write -d 'Let the statements write, on every node for itself'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand sql" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l limit -d 'End after so many changes' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l table -d 'Only changes of these tables, with their schemas unless they are in public (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s F -l follow -d 'Go on with what is written from now on, until interrupted'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand tail" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -f -a "list" -d 'Show what each process of the extension does, what it waits for, and subscriptions without one'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -f -a "pause" -d 'Have the apply workers stand still between two transactions'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and not __fish_seen_subcommand_from list pause resume" -f -a "resume" -d 'Have the apply workers go on that `worker pause` has stopped'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from pause" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand worker; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -f -a "status" -d 'Show which version each node runs, has in its database, and has installed'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -f -a "plan" -d 'Check whether the nodes can be upgraded, and show the steps'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -f -a "run" -d 'Upgrade one node after the other'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and not __fish_seen_subcommand_from status plan run verify" -f -a "verify" -d 'Check that all nodes run one version and all streams bring what is written; ends with status 6 if not'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l to -d 'The version; the one before is the way back, where a script leads there' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l order -d 'The order of the nodes, all of them; the order of the definition unless given' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l max-lag -d 'How far the streams of a node may be behind before it is stopped: a duration or a size' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from plan" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l to -d 'The version; the one before is the way back, where a script leads there' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l order -d 'The order of the nodes, all of them; the order of the definition unless given' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l max-lag -d 'How far the streams of a node may be behind before it is stopped: a duration or a size' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l stop-cmd -d 'Stops the server of a node; `{node}` stands for its name. No shell reads the command' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l start-cmd -d 'Starts it' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l plan-out -d 'Write the plan to this file' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l wait-lock -d 'Wait so long for another operator to finish' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l lock-lease -d 'How long other operators are kept away after this program has died' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l resume-run -d 'Go on with this run' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l manual -d 'Tell when the server of a node is to be restarted, and wait until it was'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from run" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand upgrade; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -f -a "list" -d 'Show the runs of this machine, the newest first'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -f -a "show" -d 'Show one run: what was asked for, and how far each step has come'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -f -a "resume" -d 'Run the same command again, in the same directory and with the same variables of the environment'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and not __fish_seen_subcommand_from list show resume unlock" -f -a "unlock" -d 'Remove the operators\' lock that a dead operator has left behind, on every node that can be reached'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from resume" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand runs; and __fish_seen_subcommand_from unlock" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand trace" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -f -a "up" -d 'Make servers on this machine, or start those that were made before'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -f -a "down" -d 'Stop the servers of a local cluster'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -f -a "list" -d 'Show the local clusters'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -f -a "logs" -d 'Show the log of a server'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and not __fish_seen_subcommand_from up down list logs psql" -f -a "psql" -d 'Open psql on a node'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l nodes -d 'How many servers to make' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l database -d 'Database that is made on each of them' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l set -d 'Setting of every server (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from up" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l delete -d 'Delete the servers with all their data'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from down" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l lines -d 'Number of lines to begin with' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l follow -d 'Go on until interrupted'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from logs" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l database -d 'Database, in place of the first one' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand local; and __fish_seen_subcommand_from psql" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -f -a "validate" -d 'Read the cluster definition and say what is wrong with it'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and not __fish_seen_subcommand_from validate show" -f -a "show" -d 'Show the nodes of the definition, passwords masked'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from validate" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand config; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -f -a "list" -d 'List the contexts'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -f -a "use" -d 'Make a context the one of commands that name no cluster'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -f -a "show" -d 'Show one context, the current one unless named'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -f -a "add" -d 'Add a context'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and not __fish_seen_subcommand_from list use show add remove" -f -a "remove" -d 'Remove a context; the definition of its cluster stays'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from use" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l default-node -d 'Node of commands that name none' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l read-only -d 'Refuse every command that may write'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand context; and __fish_seen_subcommand_from remove" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand completion" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l json -d 'Print json, as --output json does'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand version" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand help" -s V -l version -d 'Print version'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s f -l cluster-file -d 'Cluster definition; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l context -d 'Context of the user\'s configuration (see `spockctl context`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l local -d 'Local cluster of this name (see `spockctl local`)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s n -l node -d 'Only these nodes, separated by commas (can be repeated)' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s d -l dsn -d 'One node by connection string or URI, without a cluster definition' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l password-file -d 'Read the password from this file, which nobody else may read; `-` reads standard input' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s o -l output -d 'Output format' -r -f -a "table\t'Columns for people'
wide\t'All columns'
json\t'One document'
jsonl\t'One object per line'
csv\t'Comma separated, RFC 4180'
tsv\t'Tab separated'
name\t'One identifier per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l columns -d 'Only these columns, in this order, separated by commas' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l sort-by -d 'Sort rows by this column' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s w -l watch -d 'Show again every so often, for commands that read' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l color -d 'Use colours' -r -f -a "auto\t'On terminals, unless the environment says otherwise'
always\t'Always'
never\t'Never'"
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l timeout -d 'Limit of waits' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l connect-timeout -d 'Limit of connecting to a node' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l statement-timeout -d 'Limit of a statement that reads' -r
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l log-file -d 'Write everything that is done to this file, readable by nobody else' -r -F
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l log-format -d 'Format of the log file' -r -f -a "text\t'One line per entry'
json\t'One object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l error-format -d 'Format of errors; json when the output is json or jsonl' -r -f -a "text\t'For people'
json\t'One JSON object per line'"
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s W -l password -d 'Ask for the password'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l no-headers -d 'Leave out the header line'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s q -l quiet -d 'Print only errors beside the result'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s v -l verbose -d 'Say more: statements being run, then debug output, then everything (can be repeated)'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l no-progress -d 'Show no progress'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l no-input -d 'Never ask; fail where an answer is needed'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s y -l yes -d 'Answer yes to questions'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -l dry-run -d 'Show what would be done, and change nothing'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c spockctl -n "__fish_spockctl_using_subcommand generate" -s V -l version -d 'Print version'
