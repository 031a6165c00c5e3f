// What Swift cannot see of the system's OpenSSL: macros, each as one inline function of the same meaning.
#ifndef SYNGRAPH_COPENSSL_SHIM_H
#define SYNGRAPH_COPENSSL_SHIM_H

// SHA-256 by its own functions, which OpenSSL 3 would rather have called through EVP: for a record of a few hundred bytes
// the context of EVP costs as much again as the hashing.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline int syn_ssl_ctx_use_tls13_only(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION)
        && SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION);
}

// Used by SecureTransport.

// No session is ever resumed: a resumed one would skip the certificate callback. Writes may be partial, and read
// buffers are given back while a connection is quiet. The chain sent is the one loaded, not one guessed from a store.
static inline void syn_ssl_ctx_set_node_modes(SSL_CTX *context) {
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        | SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
}

static inline void syn_ssl_ctx_set_max_cert_list(SSL_CTX *context, long byteCount) {
    SSL_CTX_set_max_cert_list(context, byteCount);
}

static inline int syn_ssl_ctx_add1_chain_cert(SSL_CTX *context, X509 *certificate) {
    return (int)SSL_CTX_add1_chain_cert(context, certificate);
}

// Used by Cryptography.

static inline void syn_sha256(const void *bytes, size_t byteCount, unsigned char *digest) {
    SHA256_CTX state;
    SHA256_Init(&state);
    SHA256_Update(&state, bytes, byteCount);
    SHA256_Final(digest, &state);
}

static inline void syn_bio_set_mem_eof_return(BIO *bio, int value) { BIO_set_mem_eof_return(bio, value); }
static inline void syn_bio_reset(BIO *bio) { (void)BIO_reset(bio); }
static inline int syn_mbstring_utf8(void) { return MBSTRING_UTF8; }

#endif
