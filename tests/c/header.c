/* The header needs nothing before it, and says what the library's structs are: their sizes and where their last members are. */
#include "surnn.h"

#include <stdio.h>

int main(void) {
  printf("surnn_error %u %u\n", (unsigned)sizeof(surnn_error), (unsigned)offsetof(surnn_error, message));
  printf("surnn_stream_params %u %u\n", (unsigned)sizeof(surnn_stream_params), (unsigned)offsetof(surnn_stream_params, dense));
  printf("surnn_detection %u %u\n", (unsigned)sizeof(surnn_detection), (unsigned)offsetof(surnn_detection, time));
  printf("surnn_stats %u %u\n", (unsigned)sizeof(surnn_stats), (unsigned)offsetof(surnn_stats, network_seconds));
  return 0;
}
