complete -c spock_create_subscriber -s D -l pgdata -d 'Data directory of the new node; must be empty or not be there' -r -F
complete -c spock_create_subscriber -s n -l subscriber-name -d 'Name of the new node' -r
complete -c spock_create_subscriber -s P -l provider-dsn -d 'How to reach the provider, from this machine and from the new server' -r
complete -c spock_create_subscriber -l subscriber-dsn -d 'How other nodes, this program too, reach the new server' -r
complete -c spock_create_subscriber -s d -l database -d 'Database that becomes a node; may be given several times' -r
complete -c spock_create_subscriber -l databases -d 'The same as a list' -r
complete -c spock_create_subscriber -l replication-sets -d 'Replication sets to subscribe to' -r
complete -c spock_create_subscriber -l apply-delay -d 'How long changes are held back before they are applied (30, 30s, 5m)' -r
complete -c spock_create_subscriber -l subscription -d 'Name of the subscriptions; {provider}, {subscriber} and {database} are filled in' -r
complete -c spock_create_subscriber -l postgresql-conf -d 'This file becomes postgresql.conf of the new server' -r -F
complete -c spock_create_subscriber -l hba-conf -d 'This file becomes pg_hba.conf of the new server' -r -F
complete -c spock_create_subscriber -l config-file -d 'Configuration file outside of the data directory that the new server runs with' -r -F
complete -c spock_create_subscriber -l checkpoint -d 'Checkpoint with which the base backup begins' -r -f -a "fast\t''
spread\t''"
complete -c spock_create_subscriber -l max-rate -d 'Most that the base backup transfers per second, as pg_basebackup reads it' -r
complete -c spock_create_subscriber -l waldir -d 'Directory for the new server\'s log' -r -F
complete -c spock_create_subscriber -l tablespace-mapping -d 'Place of a tablespace of the new server: OLD=NEW' -r
complete -c spock_create_subscriber -l extra-basebackup-args -d 'More arguments for pg_basebackup, split as a shell does' -r
complete -c spock_create_subscriber -s p -l subscriber-port -d 'Port of the new server while it is private' -r
complete -c spock_create_subscriber -l socket-directory -d 'Directory of the new server\'s socket while it is private' -r -F
complete -c spock_create_subscriber -s U -l subscriber-username -d 'Superuser of the new server while it is private; else the user of --provider-dsn' -r
complete -c spock_create_subscriber -s t -l recovery-timeout -d 'How long recovery may take; 0 for no limit' -r
complete -c spock_create_subscriber -l timeout -d 'How long each other wait may take' -r
complete -c spock_create_subscriber -s l -l logdir -d 'Directory of the new server\'s log files; else "log" in the data directory' -r -F
complete -c spock_create_subscriber -l bindir -d 'Directory of the server\'s programs; else this program\'s own, or that of PG_CONFIG' -r -F
complete -c spock_create_subscriber -l password-file -d 'File that holds the provider\'s password, and is nobody else\'s to read' -r -F
complete -c spock_create_subscriber -s a -l all -d 'All databases that are nodes on the provider'
complete -c spock_create_subscriber -l drop-slot-if-exists -d 'Drop a slot of the same name that is there and not in use'
complete -c spock_create_subscriber -s s -l stop -d 'Stop the new server at the end'
complete -c spock_create_subscriber -l no-reset-system-identifier -d 'Keep the provider\'s system identifier'
complete -c spock_create_subscriber -l no-cleanup -d 'Keep the data directory when something goes wrong'
complete -c spock_create_subscriber -l dry-run -d 'Check everything, say what would be done, and change nothing'
complete -c spock_create_subscriber -s v -l verbose -d 'Say more; twice for everything'
complete -c spock_create_subscriber -s q -l quiet -d 'Say nothing but errors'
complete -c spock_create_subscriber -l no-progress -d 'No bar'
complete -c spock_create_subscriber -s ? -l help -d 'Print help'
complete -c spock_create_subscriber -s V -l version -d 'Print version'
