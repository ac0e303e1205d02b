// What Node has no call for is done in Perl, which nearly every image has.

/** Arguments: seconds to wait, addresses. Asks each for an ICMP echo and prints those that answer. */
export const PING_PROGRAM = String.raw`
use Socket;
my ($wait, @to) = @ARGV;
my $is_raw = 0;
socket(my $socket, AF_INET, SOCK_DGRAM, 1) or $is_raw = socket($socket, AF_INET, SOCK_RAW, 1) or exit 1;
my $sum = 0;
$sum += $_ for unpack("n*", pack("CCnnn", 8, 0, 0, 77, 1));
my $packet = pack("CCnnn", 8, 0, ~(($sum >> 16) + $sum) & 0xffff, 77, 1);
send($socket, $packet, 0, pack_sockaddr_in(0, inet_aton($_))) for @to;
my %answered;
for (my $end = time + $wait; time < $end;) {
  vec(my $ready = "", fileno $socket, 1) = 1;
  next unless select($ready, undef, undef, 0.2) > 0;
  my $from = recv($socket, my $reply, 2000, 0) or next;
  $reply = substr($reply, 4 * (ord($reply) & 15)) if $is_raw;
  $answered{inet_ntoa((unpack_sockaddr_in($from))[1])} = 1 if length $reply && ord($reply) == 0;
}
print join " ", sort keys %answered;
`;

/** Arguments: gateways. Sets a default route through the first that the kernel takes, as route(8) does, and prints it. */
export const ROUTE_PROGRAM = String.raw`
use Socket;
socket(my $socket, AF_INET, SOCK_DGRAM, 0) or exit 1;
my $address = sub { pack("S n a4 x8", AF_INET, 0, inet_aton($_[0])) };
for my $gateway (@ARGV) {
  my $entry = pack("Q", 0) . $address->("0.0.0.0") . $address->($gateway) . $address->("0.0.0.0")
    . pack("S s x4 Q Q s x6 Q Q Q S x6", 3, 0, 0, 0, 0, 0, 0, 0, 0);
  if (ioctl($socket, 0x890B, $entry)) { print $gateway; exit 0 }
}
exit 1;
`;
