// What Swift can't reach of libcurl: it doesn't import variadic functions, so each kind of argument gets a function here.
#ifndef FAREMUX_CCURL_SHIM_H
#define FAREMUX_CCURL_SHIM_H

// The type checks are macros around literal calls. Ours pass the option on, so they would see nothing.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
// Swift's Glibc module leaves these out, and variadic prctl too.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

#if LIBCURL_VERSION_NUM < 0x075700
#error "Faremux needs libcurl 7.87 or newer, for CURLOPT_QUICK_EXIT"
#endif

// MARK: Options of a transfer

static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}

static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}

/// For CURLOPT_WRITEFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode ccurl_set_receiver(CURL *easy, CURLoption option, curl_write_callback receive) {
    return curl_easy_setopt(easy, option, receive);
}

static inline CURLcode ccurl_set_before_request(CURL *easy, curl_prereq_callback ask) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, ask);
}

static inline CURLcode ccurl_set_socket_opened(CURL *easy, curl_sockopt_callback opened) {
    return curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, opened);
}

// MARK: Facts about a transfer

static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}

// MARK: Options of the multi handle

static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode ccurl_multi_set_socket_watcher(CURLM *multi, curl_socket_callback watch, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
}

static inline CURLMcode ccurl_multi_set_timer(CURLM *multi, curl_multi_timer_callback set, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
}

// MARK: Session tickets, shared by the transfers of one multi handle

static inline CURLSHcode ccurl_share_tls_sessions(CURLSH *share) {
    return curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

// MARK: The thread

/// Names the calling thread; at most 15 bytes.
static inline int ccurl_name_thread(const char *name) {
    return prctl(PR_SET_NAME, name, 0, 0, 0);
}

// MARK: Messages

/// The result of a finished transfer: a member of a union.
static inline CURLcode ccurl_message_result(const CURLMsg *message) {
    return message->data.result;
}

#endif
