namespace SuRnnStream;

/// <summary>Sources as models hear them.</summary>
static class ModelSource
{
    /// <summary>Sound of another rate is resampled; sensors have to come as the model knows them.</summary>
    /// <exception cref="ArgumentException">The source's channels, or a sensor's rate, are not the model's.</exception>
    public static ISampleSource For(SuRnnConfig config, ISampleSource source)
    {
        if (config.Sensor is not { } sensor)
        {
            if (source.Channels != 1) throw new ArgumentException($"The model hears sound of one channel, but the source has {source.Channels}: give it one of them.");
            return Resampler.To(source, config.RequireFrontEnd().SampleRate);
        }
        if (source.Channels != sensor.Channels.Count)
            throw new ArgumentException($"The model hears {sensor.Channels.Count} channels ({string.Join(", ", sensor.Channels)}), but the source has {source.Channels}: give it those.");
        if (source.Rate != sensor.SampleRate)
            throw new ArgumentException(FormattableString.Invariant($"The model hears sensors at {sensor.SampleRate} Hz, but the source has {source.Rate} Hz: resample it first."));
        return source;
    }
}
