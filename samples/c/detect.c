/* Words in a WAV file of 16 bits and one channel, as they come:
 *
 *   dotnet publish src/SuRnnStream.Native -c Release -r linux-x64 -p:PublishAot=true -o lib
 *   cc samples/c/detect.c -Ilib -Llib -lsurnn -Wl,-rpath,$PWD/lib -o detect
 *   ./detect models/commands.surnn samples/audio/commands.wav
 */
#include <stdio.h>
#include <string.h>

#include "surnn.h"

static int print_all(surnn_stream *stream, const surnn_model *model) {
  surnn_detection found = {sizeof found, 0, 0, 0, 0, 0, 0};
  int32_t got;
  while ((got = surnn_poll(stream, &found)) > 0) printf("%.3f %s %.2f\n", found.time, surnn_model_label(model, found.label), found.score);
  return got;
}

int main(int argc, char **argv) {
  surnn_error error;
  surnn_model *model;
  surnn_stream *stream;
  surnn_stream_params params;
  surnn_stats stats = {sizeof stats, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  unsigned char header[44];
  int16_t samples[1024];
  size_t count;
  FILE *file;

  if (argc != 3) return fprintf(stderr, "usage: detect MODEL WAV\n"), 2;
  if (surnn_model_load(argv[1], &model, &error)) return fprintf(stderr, "%s\n", error.message), 1;
  if (!(file = fopen(argv[2], "rb"))) return perror(argv[2]), 1;
  if (fread(header, 1, sizeof header, file) < sizeof header || memcmp(header, "RIFF", 4) || memcmp(header + 36, "data", 4) || header[22] != 1 || header[34] != 16) return fprintf(stderr, "%s: only plain WAV of 16 bits and one channel\n", argv[2]), 1;

  surnn_stream_default_params(&params, sizeof params);
  params.sample_rate = header[24] | header[25] << 8 | header[26] << 16;
  if (surnn_stream_new(model, &params, &stream, &error)) return fprintf(stderr, "%s\n", error.message), 1;
  while ((count = fread(samples, sizeof *samples, 1024, file)) > 0) {
    if (surnn_push_i16(stream, samples, count, &error)) return fprintf(stderr, "%s\n", error.message), 1;
    print_all(stream, model);
  }
  surnn_stream_finish(stream, &error);
  print_all(stream, model);

  surnn_stream_stats(stream, &stats);
  fprintf(stderr, "%lld frames, %.1f %% wholly skipped\n", (long long)stats.frames, stats.frames ? 100.0 * stats.frames_skipped / stats.frames : 0);
  surnn_stream_free(stream);
  surnn_model_free(model);
  fclose(file);
  return 0;
}
