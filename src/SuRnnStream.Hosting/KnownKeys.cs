using Microsoft.Extensions.Configuration;

namespace SuRnnStream;

/// <summary>The keys of the section. A misspelt one would otherwise do nothing, and nobody would notice.</summary>
static class KnownKeys
{
    public static readonly string[] Top =
    [
        nameof(SuRnnStreamOptions.Sources), nameof(SuRnnStreamOptions.Detectors), "Sinks", nameof(SuRnnStreamOptions.StopWhenDone), nameof(SuRnnStreamOptions.SinkQueue),
        nameof(SuRnnStreamOptions.Health), nameof(SuRnnStreamOptions.Arbitration), nameof(SuRnnStreamOptions.Agreement),
        nameof(SuRnnStreamOptions.StartEmpty),
    ];
    public static readonly string[] Source =
        [nameof(HostedSourceOptions.Address), nameof(HostedSourceOptions.Live), nameof(HostedSourceOptions.Channel), nameof(HostedSourceOptions.Map), nameof(HostedSourceOptions.FirstRetry), nameof(HostedSourceOptions.LastRetry)];
    public static readonly string[] Detector =
    [
        nameof(HostedDetectorOptions.Source), nameof(HostedDetectorOptions.Model), nameof(HostedDetectorOptions.Threshold), nameof(HostedDetectorOptions.Thresholds),
        nameof(HostedDetectorOptions.Release), nameof(HostedDetectorOptions.Smoothing), nameof(HostedDetectorOptions.Refractory), nameof(HostedDetectorOptions.DecisionWindow),
        nameof(HostedDetectorOptions.Gap), nameof(HostedDetectorOptions.Queue), nameof(HostedDetectorOptions.Rules), nameof(HostedDetectorOptions.Sequence),
        nameof(HostedDetectorOptions.SequenceWithin), nameof(HostedDetectorOptions.Edges), nameof(HostedDetectorOptions.MaximumDuration), nameof(HostedDetectorOptions.Hold),
        nameof(HostedDetectorOptions.ArmedBy), nameof(HostedDetectorOptions.ArmedFor), nameof(HostedDetectorOptions.Beside), nameof(HostedDetectorOptions.Level), nameof(HostedDetectorOptions.Verifier), nameof(HostedDetectorOptions.Verify),
        nameof(HostedDetectorOptions.Reference), nameof(HostedDetectorOptions.Rule), nameof(HostedDetectorOptions.Enabled), nameof(HostedDetectorOptions.Sound), nameof(HostedDetectorOptions.NearMisses),
    ];
    static readonly string[] Sound = [nameof(HostedSoundOptions.Before), nameof(HostedSoundOptions.After), nameof(HostedSoundOptions.Folder), nameof(HostedSoundOptions.Keep)];
    public static readonly string[] Rule =
    [
        nameof(HostedLabelRule.Threshold), nameof(HostedLabelRule.Confirmations), nameof(HostedLabelRule.Within), nameof(HostedLabelRule.Refractory),
        nameof(HostedLabelRule.From), nameof(HostedLabelRule.To),
    ];
    public static readonly string[] Health =
    [
        nameof(DetectorHealthOptions.DegradedAfter), nameof(DetectorHealthOptions.UnhealthyAfter), nameof(DetectorHealthOptions.DegradedDropRate),
        nameof(DetectorHealthOptions.UnhealthyDropRate), nameof(DetectorHealthOptions.Level),
    ];

    /// <summary>Keys that mean nothing, a line each. Keys below <c>Sinks</c>, and in sections below <c>Arbitration</c>, are for those to judge who are named there.</summary>
    public static IEnumerable<string> UnknownKeys(IConfigurationSection section) =>
    [
        .. SettingsCheck.UnknownKeys(section, Top),
        .. section.GetSection(nameof(SuRnnStreamOptions.Sources)).GetChildren().SelectMany(source => SettingsCheck.UnknownKeys(source, Source)),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren().SelectMany(detector => SettingsCheck.UnknownKeys(detector, Detector)),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren().SelectMany(detector => detector.GetSection(nameof(HostedDetectorOptions.Rules)).GetChildren()).SelectMany(rule => SettingsCheck.UnknownKeys(rule, Rule)),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren().SelectMany(detector => SettingsCheck.UnknownKeys(detector.GetSection(nameof(HostedDetectorOptions.Sound)), Sound)),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren().SelectMany(detector => SettingsCheck.UnknownKeys(detector.GetSection(nameof(HostedDetectorOptions.NearMisses)), HostedNearMissOptions.Keys)),
        .. SettingsCheck.UnknownKeys(section.GetSection(nameof(SuRnnStreamOptions.Arbitration)), [nameof(HostedArbitrationOptions.Window), nameof(HostedArbitrationOptions.Rule)], sections: false),
        .. SettingsCheck.UnknownKeys(section.GetSection(nameof(SuRnnStreamOptions.Agreement)), [nameof(HostedAgreementOptions.Window), nameof(HostedAgreementOptions.Sources)]),
        .. SettingsCheck.UnknownKeys(section.GetSection(nameof(SuRnnStreamOptions.Health)), Health),
    ];

    /// <summary>What is wrong with the durations, a line each.</summary>
    public static IEnumerable<string> WrongDurations(IConfigurationSection section) =>
    [
        .. section.GetSection(nameof(SuRnnStreamOptions.Sources)).GetChildren().SelectMany(source => SettingsCheck.WrongDurations(source, nameof(HostedSourceOptions.FirstRetry), nameof(HostedSourceOptions.LastRetry))),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren().SelectMany(detector =>
            SettingsCheck.WrongDurations(detector, nameof(HostedDetectorOptions.Refractory), nameof(HostedDetectorOptions.DecisionWindow), nameof(HostedDetectorOptions.Queue),
                nameof(HostedDetectorOptions.SequenceWithin), nameof(HostedDetectorOptions.MaximumDuration), nameof(HostedDetectorOptions.Hold), nameof(HostedDetectorOptions.ArmedFor))),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren().SelectMany(detector => detector.GetSection(nameof(HostedDetectorOptions.Rules)).GetChildren())
            .SelectMany(rule => SettingsCheck.WrongDurations(rule, nameof(HostedLabelRule.Within), nameof(HostedLabelRule.Refractory))),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren()
            .SelectMany(detector => SettingsCheck.WrongDurations(detector.GetSection(nameof(HostedDetectorOptions.NearMisses)), nameof(HostedNearMissOptions.Before), nameof(HostedNearMissOptions.After))),
        .. section.GetSection(nameof(SuRnnStreamOptions.Detectors)).GetChildren()
            .SelectMany(detector => SettingsCheck.WrongDurations(detector.GetSection(nameof(HostedDetectorOptions.Sound)), nameof(HostedSoundOptions.Before), nameof(HostedSoundOptions.After))),
        .. SettingsCheck.WrongDurations(section.GetSection(nameof(SuRnnStreamOptions.Arbitration)), nameof(HostedArbitrationOptions.Window)),
        .. SettingsCheck.WrongDurations(section.GetSection(nameof(SuRnnStreamOptions.Agreement)), nameof(HostedAgreementOptions.Window)),
        .. SettingsCheck.WrongDurations(section.GetSection(nameof(SuRnnStreamOptions.Health)), nameof(DetectorHealthOptions.DegradedAfter), nameof(DetectorHealthOptions.UnhealthyAfter)),
    ];
}
