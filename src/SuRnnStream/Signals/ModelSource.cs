namespace SuRnnStream;

/// <summary>Sources in the form that models take, for a loop of your own around a <see cref="StreamingDetector"/>; a pipeline does this itself.</summary>
public static class ModelSource
{
    /// <summary>The source at the model's rate. Sound of another rate is resampled; sensor data must have the rate and channels of the model.</summary>
    /// <param name="config">The model's.</param>
    /// <param name="source">Read by the result from now on; stays the caller's to close.</param>
    /// <exception cref="ArgumentException">The source's channels, or a sensor's rate, are not the model's.</exception>
    public static ISampleSource For(SuRnnConfig config, ISampleSource source)
    {
        if (config.Sensor is not { } sensor)
        {
            if (source.Channels != 1) throw new ArgumentException($"The model takes sound of one channel, but the source has {source.Channels}: give it one of them.");
            return Resampler.To(source, config.RequireFrontEnd().SampleRate);
        }
        if (source.Channels != sensor.Channels.Count)
            throw new ArgumentException($"The model takes {sensor.Channels.Count} channels ({string.Join(", ", sensor.Channels)}), but the source has {source.Channels}: give it those.");
        if (source.Rate != sensor.SampleRate)
            throw new ArgumentException(FormattableString.Invariant($"The model takes sensors at {sensor.SampleRate} Hz, but the source has {source.Rate} Hz: resample it first."));
        return source;
    }
}
