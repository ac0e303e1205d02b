#!/usr/bin/perl
# sidecar serve [SOCKET]    the program itself
# sidecar control [SOCKET]  stdin and stdout to its control socket; ends when either side does
#
# In Perl because every Debian has it and it starts in a few milliseconds, where Node takes fifty.
use strict;
use warnings;
use Socket qw(AF_UNIX SOCK_STREAM pack_sockaddr_un);

my @NODE = (
    '/usr/local/bin/node',
    '--disable-sigusr1',
    '--disallow-code-generation-from-strings',
    '--max-semi-space-size=4',
    '--max-old-space-size=256',
    '/usr/local/lib/bot-bottle/sidecar.mjs',
);
my $ATTEMPTS = 1000;
my $INTERVAL_S = 0.01;
my $CHUNK = 65536;

my $command = shift // '';
my $socket = shift // '/run/bot-bottle/control.sock';
if ($command eq 'serve') {
    exec { $NODE[0] } @NODE, 'serve', $socket or die "sidecar: cannot start node: $!\n";
}
if ($command ne 'control') {
    print STDERR "usage: sidecar serve|control [SOCKET]\n";
    exit 2;
}

sub write_all {
    my ($handle, $bytes) = @_;
    my $offset = 0;
    while ($offset < length $bytes) {
        my $written = syswrite $handle, $bytes, length($bytes) - $offset, $offset;
        if (!defined $written) {
            next if $!{EINTR};
            exit 1;
        }
        $offset += $written;
    }
}

$SIG{PIPE} = 'IGNORE';
socket(my $control, AF_UNIX, SOCK_STREAM, 0) or die "sidecar: no socket: $!\n";
until (connect $control, pack_sockaddr_un($socket)) {
    die "sidecar: the control socket is not there\n" if --$ATTEMPTS <= 0;
    select undef, undef, undef, $INTERVAL_S;
}
binmode $_ for \*STDIN, \*STDOUT, $control;

my $input_open = 1;
while (1) {
    my $watched = '';
    vec($watched, fileno $control, 1) = 1;
    vec($watched, fileno STDIN, 1) = 1 if $input_open;
    next if select((my $ready = $watched), undef, undef, undef) < 0;
    if (vec $ready, fileno $control, 1) {
        my $count = sysread($control, my $bytes, $CHUNK);
        next if !defined $count && $!{EINTR};
        exit 0 if !$count;
        write_all(\*STDOUT, $bytes);
    }
    if ($input_open && vec $ready, fileno STDIN, 1) {
        my $count = sysread(STDIN, my $bytes, $CHUNK);
        next if !defined $count && $!{EINTR};
        if ($count) {
            write_all($control, $bytes);
        }
        else {
            $input_open = 0;
            shutdown $control, 1;
        }
    }
}
