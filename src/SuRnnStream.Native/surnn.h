/* libsurnn: words and events in streams of sound, by a selective-update RNN. MIT.
 *
 *   surnn_model *model;
 *   surnn_stream *stream;
 *   surnn_stream_params params;
 *   surnn_detection found = { sizeof found };
 *   surnn_stream_default_params(&params, sizeof params);
 *   if (surnn_model_load("commands.surnn", &model, NULL) || surnn_stream_new(model, &params, &stream, NULL)) return 1;
 *   while (...) {
 *     surnn_push_i16(stream, samples, count, NULL);
 *     while (surnn_poll(stream, &found)) puts(surnn_model_label(model, found.label));
 *   }
 *
 * A model may be shared by any number of streams and threads, and freed before them. A stream is one thread's at a time. Nothing is kept outside of these two,
 * and no exception leaves the library: what fails returns a code below zero and, where `error` is not NULL, a message. The library cannot be unloaded (dlclose).
 *
 * Structs begin with their size, which the caller sets: members may be added at their ends, and programs that know fewer go on to run. Functions are never
 * changed or taken away under the same SURNN_ABI. Text is UTF-8 and ends with a zero byte.
 */
#ifndef SURNN_H
#define SURNN_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SURNN_ABI 1

typedef struct surnn_model surnn_model;
typedef struct surnn_stream surnn_stream;

typedef enum surnn_status {
  SURNN_OK = 0,
  SURNN_INVALID_ARGUMENT = -1, /* NULL, or a value out of its range */
  SURNN_FILE = -2,             /* a file is missing or cannot be read */
  SURNN_DAMAGED = -3,          /* a model or a saved state is damaged, newer than this library, or of another shape */
  SURNN_TOO_SMALL = -4,        /* a buffer is too small */
  SURNN_UNSUPPORTED = -5,      /* it cannot be done with this model or stream */
  SURNN_INTERNAL = -6          /* a fault of the library */
} surnn_status;

typedef struct surnn_error {
  int32_t code;      /* a surnn_status */
  char message[508]; /* what is wrong, and the remedy */
} surnn_error;

typedef struct surnn_stream_params {
  uint32_t size;       /* sizeof(surnn_stream_params) */
  int32_t sample_rate; /* of what is pushed, in hertz, 1000 to 384000; 0: the model's */
  float threshold;     /* in (0, 1), for all labels; 0: the model's own */
  float refractory;    /* least seconds between two detections of a label; below 0: the model's own */
  int32_t queue;       /* most detections that wait to be polled, 1 to 65536; then the oldest is dropped and counted */
  int32_t dense;       /* not 0: evaluate every neuron in every frame; the detections are the same */
} surnn_stream_params;

typedef struct surnn_detection {
  uint32_t size; /* sizeof(surnn_detection) */
  int32_t label; /* index, for surnn_model_label */
  float score;   /* (0, 1] */
  uint32_t reserved; /* 0 */
  double start;  /* seconds of the stream: when the score first rose, */
  double end;    /* when it was highest, */
  double time;   /* and when it was detected */
} surnn_detection;

typedef struct surnn_stats {
  uint32_t size;     /* sizeof(surnn_stats) */
  uint32_t waiting;  /* detections that wait to be polled */
  int64_t frames;
  int64_t frames_skipped; /* every switch was shut */
  int64_t switches;
  int64_t switches_open;
  int64_t multiply_adds;
  int64_t multiply_adds_dense; /* with every switch open */
  int64_t detections;
  int64_t detections_dropped; /* the queue was full */
  double stream_seconds;
  double front_end_seconds;
  double network_seconds;
} surnn_stats;

/* "0.1.0"; static. */
const char *surnn_version(void);

surnn_status surnn_model_load(const char *path, surnn_model **model, surnn_error *error);
surnn_status surnn_model_load_bytes(const void *bytes, size_t size, surnn_model **model, surnn_error *error);
/* The model's own rate in hertz; 0: NULL was given. */
int32_t surnn_model_sample_rate(const surnn_model *model);
int32_t surnn_model_label_count(const surnn_model *model);
/* Valid until the model is freed; NULL: there is no such label. */
const char *surnn_model_label(const surnn_model *model, int32_t label);
/* NULL is allowed, here and in surnn_stream_free; the same pointer twice is not. */
void surnn_model_free(surnn_model *model);

/* Sets the first `size` bytes, which is sizeof(surnn_stream_params). */
void surnn_stream_default_params(surnn_stream_params *params, size_t size);
/* params may be NULL: the defaults. */
surnn_status surnn_stream_new(const surnn_model *model, const surnn_stream_params *params, surnn_stream **stream, surnn_error *error);
void surnn_stream_free(surnn_stream *stream);

/* One channel; any number of samples at a time gives the same detections. Full scale is 32768, or 1. */
surnn_status surnn_push_i16(surnn_stream *stream, const int16_t *samples, size_t count, surnn_error *error);
surnn_status surnn_push_f32(surnn_stream *stream, const float *samples, size_t count, surnn_error *error);
/* The stream has ended: decides what is pending and begins a new stream at time 0. */
surnn_status surnn_stream_finish(surnn_stream *stream, surnn_error *error);
/* Forgets everything: a new stream at time 0, with no detection that waits. */
surnn_status surnn_stream_reset(surnn_stream *stream, surnn_error *error);

/* 1: the oldest detection that waits is taken; 0: there is none; below 0: a surnn_status. */
int32_t surnn_poll(surnn_stream *stream, surnn_detection *detection);
surnn_status surnn_stream_stats(const surnn_stream *stream, surnn_stats *stats);

/* Writes the stream's memory; *size becomes the bytes that it has, also where the buffer (which may be NULL) is too small. Detections that wait are not in it.
 * Only where the sample rate is the model's. */
surnn_status surnn_stream_save(const surnn_stream *stream, void *buffer, size_t capacity, size_t *size, surnn_error *error);
/* Goes on where the saved stream of the same model was, bit for bit. */
surnn_status surnn_stream_restore(surnn_stream *stream, const void *bytes, size_t size, surnn_error *error);

#ifdef __cplusplus
}
#endif
#endif
