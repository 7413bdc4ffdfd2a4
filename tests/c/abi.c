/* What the header promises beyond the detections: errors by code and message, bounds, save and restore, and that nothing leaks.
 *
 *   abi MODEL [TIMES]   TIMES streams and models are made and freed; a million for the leak check by hand
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "surnn.h"

static int faults;

static void require(int holds, const char *what) {
  if (!holds) printf("not so: %s\n", what), faults++;
}

static long resident(void) { /* kB */
  char line[256];
  long kb = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file)) if (!strncmp(line, "VmRSS:", 6)) kb = atol(line + 6);
  if (file) fclose(file);
  return kb;
}

/* Tones that come and go: something happens in the network. */
static void sound(int16_t *samples, int count, int from) {
  for (int i = 0; i < count; i++) samples[i] = (int16_t)(((from + i) * (1 + (from + i) / 4000 % 7) * 379) % 16001 - 8000);
}

int main(int argc, char **argv) {
  surnn_error error;
  surnn_model *model = NULL, *none = NULL;
  surnn_stream *stream = NULL, *other = NULL;
  surnn_stream_params params;
  surnn_detection found = {sizeof found, 0, 0, 0, 0, 0, 0};
  surnn_stats a = {sizeof a, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, b = a;
  static int16_t samples[16000];
  static unsigned char state[1 << 20], again[1 << 20];
  size_t size = 0, size_again = 0;
  float nan = 0;
  long times = argc > 2 ? atol(argv[2]) : 1000, before;

  require(!strcmp(surnn_version(), "0.1.0"), "version");
  require(surnn_model_load("nosuch.surnn", &none, &error) == SURNN_FILE && none == NULL && strstr(error.message, "nosuch.surnn"), "a missing file is named");
  require(surnn_model_load_bytes("SURNN\n", 6, &none, &error) == SURNN_DAMAGED && error.message[0], "a damaged model");
  require(surnn_model_load(NULL, &none, &error) == SURNN_INVALID_ARGUMENT, "no path");
  require(surnn_model_load(argv[1], NULL, NULL) == SURNN_INVALID_ARGUMENT, "no place for the handle");
  if (surnn_model_load(argv[1], &model, &error)) return printf("%s\n", error.message), 1;
  require(error.code == SURNN_OK && error.message[0] == 0, "no error");
  require(surnn_model_sample_rate(model) == 16000 && surnn_model_label(model, surnn_model_label_count(model)) == NULL && surnn_model_label(model, -1) == NULL, "labels end");
  surnn_model_free(NULL), surnn_stream_free(NULL);

  surnn_stream_default_params(&params, sizeof params);
  require(params.size == sizeof params && params.queue == 256 && params.refractory < 0, "defaults");
  params.threshold = 2;
  require(surnn_stream_new(model, &params, &stream, &error) == SURNN_INVALID_ARGUMENT && strstr(error.message, "Threshold"), "a threshold out of range is named");
  params.threshold = 0, params.size = 3;
  require(surnn_stream_new(model, &params, &stream, &error) == SURNN_INVALID_ARGUMENT && stream == NULL, "a size that is none");
  require(surnn_stream_new(NULL, NULL, &stream, &error) == SURNN_INVALID_ARGUMENT, "no model");
  if (surnn_stream_new(model, NULL, &stream, &error) || surnn_stream_new(model, NULL, &other, &error)) return printf("%s\n", error.message), 1;

  nan = nan / nan;
  require(surnn_push_f32(stream, &nan, 1, &error) == SURNN_INVALID_ARGUMENT, "no number");
  require(surnn_push_i16(stream, NULL, 5, &error) == SURNN_INVALID_ARGUMENT && surnn_push_i16(stream, NULL, 0, NULL) == SURNN_OK, "no samples");
  require(surnn_poll(stream, NULL) == SURNN_INVALID_ARGUMENT && surnn_poll(NULL, &found) == SURNN_INVALID_ARGUMENT, "no detection");

  sound(samples, 16000, 0);
  surnn_push_i16(stream, samples, 16000, &error);
  require(surnn_stream_save(stream, NULL, 0, &size, &error) == SURNN_TOO_SMALL && size > 1000, "the size that a state has");
  require(surnn_stream_save(stream, state, sizeof state, &size, &error) == SURNN_OK, "save");
  require(surnn_stream_restore(other, state, size, &error) == SURNN_OK, "restore");
  sound(samples, 16000, 16000);
  for (int i = 0; i < 16000; i += 100) surnn_push_i16(other, samples + i, 100, &error); /* cut up otherwise */
  surnn_push_i16(stream, samples, 16000, &error);
  surnn_stream_save(stream, state, sizeof state, &size, &error);
  surnn_stream_save(other, again, sizeof again, &size_again, &error);
  require(size == size_again && !memcmp(state, again, size), "a restored stream goes on, bit for bit");
  state[size / 2] ^= 1;
  require(surnn_stream_restore(other, state, size, &error) == SURNN_DAMAGED, "a damaged state");
  require(surnn_stream_stats(stream, &a) == SURNN_OK && a.frames > 90 && a.stream_seconds > 1.8, "statistics");
  b.size = 8;
  require(surnn_stream_stats(stream, &b) == SURNN_INVALID_ARGUMENT, "a struct that is too small");
  surnn_model_free(model); /* before its streams */
  require(surnn_push_i16(stream, samples, 16000, &error) == SURNN_OK, "a stream outlives its model's handle");
  surnn_stream_free(stream), surnn_stream_free(other);

  surnn_model_load(argv[1], &model, &error);
  for (long i = 0; i < times / 10 + 100; i++) surnn_stream_new(model, NULL, &stream, NULL), surnn_push_i16(stream, samples, 320, NULL), surnn_stream_free(stream);
  before = resident();
  for (long i = 0; i < times; i++) {
    if (i % 100 == 0) surnn_model_load(argv[1], &none, NULL), surnn_model_free(none);
    surnn_stream_new(model, NULL, &stream, NULL), surnn_push_i16(stream, samples, 320, NULL), surnn_stream_free(stream);
  }
  surnn_model_free(model);
  printf("%ld times: resident %ld kB, then %ld kB\n", times, before, resident());
  require(resident() < before + 32 * 1024, "nothing leaks");
  return faults > 0;
}
