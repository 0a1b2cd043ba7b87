# Asks the kernel what its loaded profiles permit, by the interface of aa_query_label(2) (libapparmor's kernel.c).
# Reads lines of LABEL, "owner" or "other", and a path as hexadecimal bytes, by tabs; answers each with the kernel's
# words: allow, deny, audit, quiet as hexadecimal masks, or the error's number. Needs root and perl-base, nothing else.
use strict;
use warnings;

my $ACCESS = '/sys/kernel/security/apparmor/.access';
my $CLASS_FILE = "\x02";
# Owner and other are told by whether the asker's fsuid is root's (profile_query_cb in apparmorfs.c asks for root's file).
my %uids = (owner => 0, other => 65534);

while (my $line = <STDIN>) {
    chomp $line;
    my ($label, $who, $path) = split /\t/, $line;
    my $question = "label\0$label\0$CLASS_FILE" . pack('H*', $path);
    open(my $file, '+<:raw', $ACCESS) or die "$ACCESS: $!";
    $> = $uids{$who};
    my $written = syswrite($file, $question);
    my $error = $! + 0;
    $> = 0;
    if (!defined $written) {
        print "error $error\n";
        next;
    }
    sysread($file, my $answer, 4096);
    my @masks = $answer =~ /0x([0-9a-f]{8})/g;
    die "an answer of another form: $answer" if @masks != 4;
    print join(' ', @masks), "\n";
}
