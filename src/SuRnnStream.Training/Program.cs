return SuRnnStream.Training.TrainingProgram.Run(args);
