namespace SuRnnStream.Evaluation;

/// <summary>A set was judged with these settings before.</summary>
/// <param name="Day">When, UTC.</param>
/// <param name="Model">The model's file.</param>
/// <param name="MissRate">What was missed; NaN: there were no events.</param>
/// <param name="FalseAlarmsPerHour">What fired; NaN: there were no hours.</param>
public sealed record EarlierLook(DateOnly Day, string Model, double MissRate, double FalseAlarmsPerHour);
