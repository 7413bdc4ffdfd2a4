namespace SuRnnStream.Evaluation;

/// <summary>A detection of something that was not there.</summary>
/// <param name="Detection">What was detected.</param>
/// <param name="WrongLabel">True: something else was there, an event of another label.</param>
public readonly record struct FalseAlarm(Detection Detection, bool WrongLabel);
