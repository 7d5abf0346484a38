# An editor during which somebody else changes the set.
sed -i s/app.a/public.t/ "$1"
psql -qAt -d "$DSN" -c "SELECT spock.repset_remove_seq('shop', 's')" > /dev/null
