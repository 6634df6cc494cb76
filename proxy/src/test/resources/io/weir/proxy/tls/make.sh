#!/usr/bin/env bash
# Makes the certificates of the tests, with OpenSSL 3; they are valid for a hundred years. The keys
# here protect nothing.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
ec=(-newkey ec -pkeyopt ec_paramgen_curve:P-256)
rsa=(-newkey rsa:2048)

authority() { # name, common name
  openssl req -x509 "${ec[@]}" -nodes -keyout "$1.key" -out "$1.pem" -days 36500 -subj "/O=Test/CN=$2" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}
settings() { # authority
  : > "$work/index"
  [ -f "$work/serial" ] || echo 1000 > "$work/serial"
  echo 01 > "$work/crlnumber"
  cat > "$work/ca.cnf" <<C
[ca]
default_ca = d
[d]
database = $work/index
serial = $work/serial
crlnumber = $work/crlnumber
new_certs_dir = $work
certificate = $1.pem
private_key = $1.key
default_md = sha256
policy = p
unique_subject = no
default_crl_days = 36500
[p]
organizationName = optional
organizationalUnitName = optional
commonName = supplied
C
}
leaf() { # name, subject, names, purposes, start, end, key kind
  local -n kind=${7:-ec}
  openssl req -new "${kind[@]}" -nodes -keyout "$1.key" -out "$work/csr" -subj "$2"
  printf 'basicConstraints=critical,CA:%s\nkeyUsage=critical,%s\n' "${CA:-FALSE}" "${USAGE:-digitalSignature}" > "$work/ext"
  [ -z "$4" ] || echo "extendedKeyUsage=$4" >> "$work/ext"
  [ -z "$3" ] || echo "subjectAltName=$3" >> "$work/ext"
  echo "authorityKeyIdentifier=keyid" >> "$work/ext"
  echo "subjectKeyIdentifier=hash" >> "$work/ext"
  openssl ca -batch -config "$work/ca.cnf" -in "$work/csr" -out "$1.pem" -startdate "${5:-20200101000000Z}" \
    -enddate "${6:-21200101000000Z}" -extfile "$work/ext" -notext
}

authority ca "Test CA"
authority other-ca "Other CA"
settings ca
both=serverAuth,clientAuth
leaf server /O=Test/CN=server DNS:server.test,DNS:*.wild.test,URI:spiffe://lab/server "$both"
leaf second /O=Test/CN=second DNS:second.test "$both"
leaf rsa /O=Test/CN=rsa DNS:server.test,DNS:rsa.test "$both" "" "" rsa
leaf client /O=Test/OU=unit/CN=client DNS:client.test,URI:spiffe://lab/client,email:me@client.test,IP:127.0.0.9,IP:::1 "$both"
leaf expired /O=Test/CN=expired DNS:server.test "$both" 20200101000000Z 20200201000000Z
leaf future /O=Test/CN=future DNS:server.test "$both" 21000101000000Z
leaf only-server /O=Test/CN=only-server DNS:server.test serverAuth
leaf revoked /O=Test/CN=revoked DNS:client.test "$both"
openssl ca -config "$work/ca.cnf" -revoke revoked.pem
openssl ca -config "$work/ca.cnf" -gencrl -out crl.pem
CA=TRUE USAGE=keyCertSign leaf intermediate /O=Test/CN=intermediate "" ""
settings intermediate
leaf below /O=Test/CN=below DNS:below.test "$both"
settings second
leaf forged /O=Test/CN=forged DNS:server.test "$both"
settings other-ca
leaf stranger /O=Else/CN=stranger URI:spiffe://else/stranger,URI:spiffe://lab/client "$both"

openssl rsa -in rsa.key -traditional -out rsa-pkcs1.key
openssl pkcs8 -topk8 -in rsa.key -v2 aes-256-cbc -passout pass:secret -out rsa-encrypted.key
openssl rsa -in rsa.key -traditional -aes256 -passout pass:secret -out rsa-pkcs1-encrypted.key
openssl ec -in server.key -out server-sec1.key
openssl ec -in server.key -aes128 -passout pass:secret -out server-sec1-encrypted.key
rm -f ca.key below.key only-server.key expired.key future.key revoked.key forged.key other-ca.key intermediate.key
