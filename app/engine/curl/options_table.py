"""curl's options: which take a value, and which letter each has. Facts from `curl --help all` of 7.88 to 8.16."""

from __future__ import annotations

_FLAGS = """
anyauth append/a basic ca-native cert-status compressed compressed-ssh create-dirs crlf digest disable/q disable-eprt
disable-epsv disallow-username-in-url doh-cert-status doh-insecure fail/f fail-early fail-with-body false-start
follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl ftp-ssl-ccc ftp-ssl-control
ftp-ssl-reqd get/G globoff/g haproxy-protocol head/I http0.9 http1.0/0 http1.1 http2 http2-prior-knowledge http3
http3-only ignore-content-length include/i show-headers insecure/k ipv4/4 ipv6/6 junk-session-cookies/j list-only/l
location/L location-trusted mail-rcpt-allowfails manual/M metalink mptcp negotiate netrc/n netrc-optional next/: alpn
buffer no-buffer/N clobber keepalive npn progress-meter sessionid ntlm ntlm-wb out-null parallel/Z
parallel-immediate path-as-is post301 post302 post303 progress-bar/# proxy-anyauth proxy-basic proxy-ca-native
proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast proxy-ssl-auto-client-cert
proxy-tlsv1 proxytunnel/p raw remote-header-name/J remote-name/O remote-name-all remote-time/R remove-on-error
retry-all-errors retry-connrefused sasl-ir show-error/S silent/s skip-existing socks5-basic socks5-gssapi
socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2/2
sslv3/3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata tlsv1/1 tlsv1.0
tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii/B verbose/v version/V xattr eprt epsv
"""
_VALUED = """
abstract-unix-socket alt-svc aws-sigv4 cacert capath cert/E cert-type ciphers config/K connect-timeout connect-to
continue-at/C cookie/b cookie-jar/c create-file-mode crlfile curves data/d data-ascii data-binary data-raw
data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-ca-embed dump-header/D
ech egd-file engine etag-compare etag-save expand-data expand-header expand-url expect100-timeout form/F form-string
ftp-account ftp-alternative-to-user ftp-method ftp-port/P ftp-ssl-ccc-mode happy-eyeballs-timeout-ms
haproxy-clientip header/H help/h hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt
keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt
max-filesize max-redirs max-time/m netrc-file noproxy oauth2-bearer output/o output-dir parallel-max
parallel-max-host pass pinnedpubkey preproxy proto proto-default proto-redir proxy/x proxy-cacert proxy-capath
proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass
proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser
proxy-user/U proxy1.0 pubkey quote/Q random-file range/r rate referer/e request/X request-target resolve retry
retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service
socks5-hostname speed-limit/Y speed-time/y stderr telnet-option/t tftp-blksize time-cond/z tls-max tls13-ciphers
tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file/T upload-flags url url-query
user/u user-agent/A variable vlan-priority write-out/w
"""


def _split(text: str) -> dict[str, str]:
    """Long names with their letters, "" for none."""
    return {name: letter for name, _, letter in (entry.partition("/") for entry in text.split())}


FLAGS = _split(_FLAGS)
VALUED = _split(_VALUED)
SHORT = {letter: name for name, letter in (*FLAGS.items(), *VALUED.items()) if letter}
"""The long name behind each letter; `-N` is the one that switches something off."""

_ONLY_OUTPUT = """
create-dirs create-file-mode clobber buffer no-buffer dump-header fail fail-early fail-with-body include
show-headers libcurl manual output output-dir out-null parallel parallel-immediate parallel-max progress-bar
progress-meter remote-header-name remote-name remote-name-all remote-time remove-on-error show-error silent
skip-existing stderr styled-output suppress-connect-headers trace trace-ascii trace-config trace-ids trace-time
verbose write-out xattr etag-save use-ascii help version disable form-escape
"""
ONLY_OUTPUT = frozenset(_split(_ONLY_OUTPUT))
"""What only changes what curl prints or keeps: nothing of the request."""

FILES = frozenset(_split("cacert capath cert key config crlfile netrc-file etag-compare pubkey"))
"""Options whose value names a file that is never read here."""
